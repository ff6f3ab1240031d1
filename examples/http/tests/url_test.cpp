// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT

#include <catch2/catch.hpp>
#include <http/url.hpp>

namespace {

std::string resolve(const std::string& base, const std::string& link) {
    const auto url = http::Url::parse(base);
    REQUIRE(url);
    return url->resolve(link).value_or("(none)");
}

}  // namespace

// RFC 3986, sections 5.4.1 and 5.4.2: the examples that have to do with http.
TEST_CASE("relative links mean what RFC 3986 says") {
    const auto [link, meaning] = GENERATE(table<std::string, std::string>({
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
        {"http://other.example/x", "http://other.example/x"},
        {"HTTP://Other.example/x", "http://Other.example/x"},
    }));
    CAPTURE(link);
    CHECK(resolve("http://a/b/c/d;p?q", link) == meaning);
}

TEST_CASE("a fragment of the page's own address does not pass to its links") {
    CHECK(resolve("http://a/b.html#part", "c.html") == "http://a/c.html");
    CHECK(resolve("http://a/b.html#part", "") == "http://a/b.html");
    CHECK(resolve("http://a/b.html#part", "#other") == "http://a/b.html#other");
}

TEST_CASE("links of other schemes stay as they are") {
    const auto link = GENERATE(as<std::string>{}, "mailto:somebody@a.example", "javascript:void(0)",
                               "ftp://a/b", "file:///usr/share/doc", "tel:+49", "data:,x");
    CHECK(resolve("http://a/b", link) == link);
}

TEST_CASE("space around a link and line breaks within go, as in browsers") {
    CHECK(resolve("http://a/b", "  c \n") == "http://a/c");
    CHECK(resolve("http://a/b", "c\nd\te") == "http://a/cde");
    CHECK(resolve("http://a/b", "c d") == "http://a/c%20d");
}

TEST_CASE("what cannot stand in a table of links is no link") {
    CHECK(resolve("http://a/b", std::string("c\0d", 3)) == "(none)");
    CHECK(resolve("http://a/b",
                  "c\x01"
                  "d") == "(none)");
    CHECK(resolve("http://a/b", "http://[::bad") == "(none)");
}

TEST_CASE("only absolute web addresses are URLs to visit") {
    CHECK(http::Url::parse("http://a/b"));
    CHECK(http::Url::parse("HTTPS://a"));
    CHECK_FALSE(http::Url::parse("a/b"));
    CHECK_FALSE(http::Url::parse("/b"));
    CHECK_FALSE(http::Url::parse("ftp://a/b"));
    CHECK_FALSE(http::Url::parse("mailto:a@b"));
    CHECK_FALSE(http::Url::parse("http://"));
    CHECK_FALSE(http::Url::parse(""));
}

TEST_CASE("requests of one origin go to the same scheme, host and port") {
    CHECK(http::Url::parse("http://a/b")->origin() == "http://a:80");
    CHECK(http::Url::parse("https://a/b")->origin() == "https://a:443");
    CHECK(http::Url::parse("http://a:8080/b")->origin() == "http://a:8080");
    CHECK(http::Url::parse("http://[::1]/b")->origin() == "http://[::1]:80");
    CHECK(http::Url::parse("http://user:secret@a/b")->origin() == "http://a:80");
}
