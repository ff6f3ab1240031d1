// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <http/options.hpp>
#include <http/response.hpp>
#include <nlohmann/json.hpp>

using http::OnBadBytes;
using http::Response;

namespace {

Response make(const std::string& type, const std::string& body) {
    Response response;
    response.method = "GET";
    response.url = "http://a.example/";
    response.status = 200;
    response.headers = {{"content-type", type}};
    response.body = body;
    return response;
}

}  // namespace

TEST_CASE(
    "text() decodes by the charset of Content-Type, whatever its case and quotes (aiohttp's get_encoding)") {
    CHECK(make("text/html; charset=ISO-8859-1", "\xe4").text() == "ä");
    CHECK(make("Text/HTML; Charset=\"utf-8\"; x=y", "ä").text() == "ä");
    CHECK(make("text/html;charset=utf-16le", std::string("\xac\x20", 2)).text() == "€");
    CHECK(make("text/html; boundary=charset=no; charset=koi8-r", "\xc1").text() == "а");
}

TEST_CASE(
    "without a charset, or with one that nobody knows, text() takes the body for UTF-8 (aiohttp's rule)") {
    CHECK(make("text/html", "ä€").text() == "ä€");
    CHECK(make("", "ä€").text() == "ä€");
    CHECK(make("text/html; charset=no-such-charset", "ä€").text() == "ä€");
    CHECK(make("text/html", "").text().empty());
}

TEST_CASE("a charset that the caller names goes before the server's, an unknown one is an error") {
    CHECK(make("text/html; charset=utf-8", "\xe4").text("latin1") == "ä");
    CHECK_THROWS_WITH(make("text/html", "a").text("no-such-charset"), Catch::Contains("no-such-charset"));
}

TEST_CASE("bytes that make no sense are an error, or replaced, or left out (Python's errors=)") {
    const auto response = make("text/html",
                               "a\xff"
                               "b\xe2\x82");
    CHECK_THROWS_AS(response.text(), http::DecodeError);
    CHECK_THROWS_WITH(response.text(), Catch::Contains("byte 1 ") && Catch::Contains("UTF-8"));
    CHECK(response.text({}, OnBadBytes::replace) ==
          "a\xef\xbf\xbd"
          "b\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(response.text({}, OnBadBytes::ignore) == "ab");
}

TEST_CASE("a text longer than any buffer is decoded whole") {
    const std::string latin(100'000, '\xe4');
    const auto text = make("text/plain; charset=latin1", latin).text();
    CHECK(text.size() == 200'000);
    CHECK(text.substr(199'998) == "ä");
}

TEST_CASE(
    "json() reads application/json and application/…+json, nothing else unasked (aiohttp's "
    "ContentTypeError)") {
    CHECK(make("application/json", R"({"a": [1, 2]})").json()["a"][1] == 2);
    CHECK(make("application/vnd.api+json; charset=utf-8", "3").json() == 3);
    CHECK_THROWS_AS(make("text/html", "3").json(), http::ContentTypeError);
    CHECK(make("text/html", "3").json({}) == 3);
    CHECK(make("text/plain", "3").json("text/plain") == 3);
}

TEST_CASE("json() of an empty body is null (aiohttp's None), of no JSON an error") {
    CHECK(make("application/json", " \n").json().is_null());
    CHECK_THROWS_AS(make("application/json", "{").json(), http::DecodeError);
    CHECK_THROWS_WITH(make("application/json", "{").json(), Catch::Contains("http://a.example/"));
    CHECK(make("application/json; charset=latin1", "\"\xe4\"").json() == "ä");
}

TEST_CASE("raise_for_status() throws from 400 on, and says what came from where and what to do") {
    auto response = make("text/html", "gone");
    for (const int status : {200, 204, 301, 399}) {
        response.status = status;
        CHECK(response.ok());
        CHECK_NOTHROW(response.raise_for_status());
    }
    response.status = 404;
    response.reason = "Not Found";
    CHECK_FALSE(response.ok());
    CHECK_THROWS_WITH(response.raise_for_status(),
                      "HTTP 404 Not Found for GET http://a.example/: look at the address");
    response.status = 400;
    try {
        response.raise_for_status();
        FAIL("400 is no error");
    } catch (const http::ClientResponseError& error) {
        CHECK(error.status() == 400);
        CHECK(error.response().body == "gone");
        CHECK(error.response().headers.get("Content-Type") == "text/html");
    }
}

TEST_CASE("headers are found whatever their case, and may come several times") {
    http::Headers headers{{"Set-Cookie", "a"}, {"set-cookie", "b"}, {"X", ""}};
    CHECK(headers.get("SET-COOKIE") == "a");
    CHECK(headers.get_all("set-Cookie") == std::vector<std::string>{"a", "b"});
    CHECK(headers.contains("x"));
    CHECK_FALSE(headers.contains("y"));
    headers.set("SET-cookie", "c");
    CHECK(headers.get_all("set-cookie") == std::vector<std::string>{"c"});
}

TEST_CASE("forms are written as Python's urlencode does") {
    CHECK(http::form({{"a b", "1&2=3"}, {"a b", "ä/~"}, {"empty", ""}}).bytes ==
          "a+b=1%262%3D3&a+b=%C3%A4%2F~&empty=");
    CHECK(http::form({}).bytes.empty());
}
