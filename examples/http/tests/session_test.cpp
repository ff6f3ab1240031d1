// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Requests that go well: what is sent, what is kept, how many connections it takes.
#include <catch2/catch.hpp>
#include <http/session.hpp>
#include <nlohmann/json.hpp>

#include "scripted_server.hpp"

using http::RequestOptions;
using http::Session;
using http_test::answering;
using http_test::hello;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;

namespace {

// Answers with the request as JSON.
ScriptedServer::Script echo() {
    return answering([](Visitor& visitor, const Request& request) {
        nlohmann::json headers = nlohmann::json::object();
        for (const auto& [name, value] : request.headers) headers[http::lower_case(name)] = value;
        const nlohmann::json seen = {{"method", request.method},
                                     {"target", request.target},
                                     {"headers", headers},
                                     {"body", request.body}};
        visitor.answer(200, seen.dump(), "Content-Type: application/json\r\n");
    });
}

void get_at_once(Session& session, const std::string& url, std::size_t count) {
    std::vector<std::function<void()>> requests;
    for (std::size_t i = 0; i < count; ++i) {
        requests.emplace_back([&] { CHECK(session.get(url).body == "hello"); });
    }
    fibers::gather(requests).get();
}

}  // namespace

TEST_CASE("a response has its status, reason, headers, body and the URL it was found at") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request&) {
            visitor.send("HTTP/1.1 203 Not Mine\r\nX-One: 1\r\nx-one:  2 \r\nContent-Length: 4\r\n\r\nbody");
        }));
        Session session;
        const auto response = session.get(server.url("/a?b"));
        CHECK(response.status == 203);
        CHECK(response.reason == "Not Mine");
        CHECK(response.headers.get_all("X-ONE") == std::vector<std::string>{"1", "2"});
        CHECK(response.bytes() == "body");
        CHECK(response.url == server.url("/a?b"));
        CHECK(response.method == "GET");
        CHECK(response.history.empty());
    });
}

TEST_CASE("an interim response is passed over") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request&) {
            visitor.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n");
            visitor.answer(200, "hello");
        }));
        Session session;
        const auto response = session.get(server.url());
        CHECK(response.status == 200);
        CHECK_FALSE(response.headers.contains("X-Early"));
        CHECK(response.body == "hello");
    });
}

TEST_CASE("methods, parameters, headers, forms and JSON are sent as aiohttp sends them") {
    in_loop([] {
        ScriptedServer server(echo());
        Session session({.headers = {{"X-Session", "s"}, {"X-Both", "session"}}});
        const RequestOptions options{.params = {{"q", "a b&c"}, {"q", "ä"}},
                                     .headers = {{"x-both", "request"}, {"X-Empty", ""}}};
        auto seen = session.get(server.url("/path?old=1#part"), options).json();
        CHECK(seen["method"] == "GET");
        CHECK(seen["target"] == "/path?old=1&q=a+b%26c&q=%c3%a4");
        CHECK(seen["headers"]["x-session"] == "s");
        CHECK(seen["headers"]["x-both"] == "request");
        CHECK(seen["headers"]["x-empty"] == "");
        CHECK(seen["headers"]["user-agent"] == "fibers-http/0.1");
        CHECK(seen["headers"]["accept"] == "*/*");
        CHECK_FALSE(seen["headers"].contains("content-type"));

        seen = session.post(server.url(), {.data = http::form({{"name", "a b"}})}).json();
        CHECK(seen["method"] == "POST");
        CHECK(seen["body"] == "name=a+b");
        CHECK(seen["headers"]["content-type"] == "application/x-www-form-urlencoded");

        seen = session.put(server.url(), {.data = http::json({{"n", 1}})}).json();
        CHECK(seen["method"] == "PUT");
        CHECK(seen["body"] == R"({"n":1})");
        CHECK(seen["headers"]["content-type"] == "application/json");

        seen = session.post(server.url()).json();
        CHECK(seen["body"] == "");
        CHECK(seen["headers"]["content-length"] == "0");
        CHECK(session.del(server.url()).json()["method"] == "DELETE");
        CHECK(session.patch(server.url(), {.data = http::Body{"x", ""}}).json()["body"] == "x");
        CHECK(session.request("GET", server.url()).json()["body"] == "");
    });
}

TEST_CASE("a body of any size and any bytes is sent whole, without waiting for 100 Continue") {
    in_loop([] {
        std::string body;
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            CHECK_FALSE(request.headers.contains("Expect"));
            body = request.body;
            visitor.answer(200, "");
        }));
        std::string sent(3u << 20, '\0');
        for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31);
        Session session;
        session.post(server.url(), {.data = http::Body{sent, "application/octet-stream"}});
        CHECK(body == sent);
    });
}

TEST_CASE("HEAD brings the headers and no body, and leaves the connection usable") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            CHECK(request.method == "HEAD");
            visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        }));
        Session session;
        for (int i = 0; i < 3; ++i) {
            const auto response = session.head(server.url());
            CHECK(response.headers.get("content-length") == "1000");
            CHECK(response.body.empty());
        }
        CHECK(server.connections() == 1);
    });
}

TEST_CASE("connections are kept open between requests (aiohttp's keep-alive)") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session;
        for (int i = 0; i < 20; ++i) CHECK(session.get(server.url()).body == "hello");
        CHECK(server.connections() == 1);
        CHECK(session.connections().opened == 1);
        CHECK(session.connections().open == 1);
    });
}

TEST_CASE("a server that says Connection: close gets a new connection for each request") {
    in_loop([] {
        ScriptedServer server([](Visitor& visitor) {
            if (visitor.read_request()) visitor.answer(200, "hello", "Connection: close\r\n");
        });
        Session session;
        for (int i = 0; i < 3; ++i) CHECK(session.get(server.url()).body == "hello");
        CHECK(server.connections() == 3);
        CHECK(session.connections().open == 0);
    });
}

TEST_CASE("a connection that has been idle for keepalive_timeout is not used again (aiohttp's rule)") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session({.keepalive_timeout = std::chrono::seconds(0)});
        for (int i = 0; i < 3; ++i) CHECK(session.get(server.url()).body == "hello");
        CHECK(server.connections() == 3);
        CHECK(server.open_at_peak() == 1);
    });
}

TEST_CASE("1,000 requests at once over a limit of 10 use 10 connections") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session({.limit = 10});
        get_at_once(session, server.url(), 1000);
        CHECK(server.connections() == 10);
        CHECK(server.open_at_peak() == 10);
        CHECK(session.connections().opened == 10);
        CHECK(session.connections().at_peak == 10);
    });
}

TEST_CASE("limit_per_host holds for each origin, and a busy one does not hold up another") {
    in_loop([] {
        ScriptedServer one(hello());
        ScriptedServer other(hello());
        Session session({.limit = 10, .limit_per_host = 3});
        fibers::gather([&] { get_at_once(session, one.url(), 50); },
                       [&] { get_at_once(session, other.url(), 50); })
            .get();
        CHECK(one.connections() == 3);
        CHECK(other.connections() == 3);
    });
}

TEST_CASE("a limit of 0 is none (aiohttp's rule)") {
    in_loop([] {
        fibers::Event all_there;
        std::size_t there = 0;
        ScriptedServer server(answering([&](Visitor& visitor, const Request&) {
            if (++there == 150) all_there.set();
            all_there.wait();
            visitor.answer(200, "hello");
        }));
        Session session({.limit = 0});
        get_at_once(session, server.url(), 150);
        CHECK(server.connections() == 150);
    });
}

TEST_CASE("an idle connection gives way when another origin needs one and the limit is reached") {
    in_loop([] {
        ScriptedServer one(hello());
        ScriptedServer other(hello());
        Session session({.limit = 1});
        CHECK(session.get(one.url()).body == "hello");
        CHECK(session.get(other.url()).body == "hello");
        CHECK(session.connections().opened == 2);
        CHECK(session.connections().at_peak == 1);
    });
}

TEST_CASE("requests for one connection are served in the order they were made") {
    in_loop([] {
        std::vector<std::string> order;
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            order.push_back(request.target);
            visitor.answer(200, "hello");
        }));
        Session session({.limit = 1});
        std::vector<std::function<void()>> requests;
        for (const auto* const path : {"/1", "/2", "/3", "/4"}) {
            requests.emplace_back([&, path] { session.get(server.url(path)); });
        }
        fibers::gather(requests).get();
        CHECK(order == std::vector<std::string>{"/1", "/2", "/3", "/4"});
    });
}

TEST_CASE("packed bodies are unpacked (aiohttp's auto_decompress)") {
    in_loop([] {
        const std::string packed(
            "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x48\x4c\xce\x4e\x4d\xd1\x51\x48\xcc\x4b\x51\x28\xcd"
            "\x2b"
            "\x00\xf3\x14\x12\xd3\x13\x33\xf3\x00\x8c\xa6\x87\xa7\x1a\x00\x00\x00",
            42);
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            CHECK_THAT(request.headers.get("Accept-Encoding"), Catch::Contains("gzip"));
            visitor.answer(200, packed, "Content-Encoding: gzip\r\n");
        }));
        Session session;
        CHECK(session.get(server.url()).body == "packed, and unpacked again");
    });
}

TEST_CASE("outside a loop a request blocks, as synchronous code does") {
    CHECK_THROWS_AS(Session().get("http://127.0.0.1:1/"), http::ClientConnectorError);
    Session session({.timeout = {.total = std::chrono::milliseconds(1)}});
    CHECK_THROWS_AS(session.get("http://127.0.0.1:1/"), http::ClientError);
    session.close();
    CHECK_THROWS_AS(session.get("http://127.0.0.1:1/"), fibers::RuntimeError);
}
