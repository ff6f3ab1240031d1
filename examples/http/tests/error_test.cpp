// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Servers that misbehave, and times that are over: which of aiohttp's errors comes of it.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <http/session.hpp>
#include <scratch.hpp>
#include <stage.hpp>

#include "scripted_server.hpp"

using Catch::Contains;
using http::ClientTimeout;
using http::Session;
using http_test::answering;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;
using namespace std::chrono_literals;

namespace {

// Says this, and leaves.
ScriptedServer::Script saying(const std::string& bytes) {
    return [bytes](Visitor& visitor) {
        if (visitor.read_request()) visitor.send(bytes);
    };
}

// Says this, and nothing more.
ScriptedServer::Script stuck_after(const std::string& bytes) {
    return [bytes](Visitor& visitor) {
        if (!visitor.read_request()) return;
        visitor.send(bytes);
        visitor.wait_for_end();
    };
}

template <class Error>
void check_get(const std::string& url, const std::string& words) {
    Session session;
    CHECK_THROWS_AS(session.get(url), Error);
    CHECK_THROWS_WITH(session.get(url), Contains(words));
    CHECK(session.connections().open == 0);
}

}  // namespace

TEST_CASE("a server that leaves without an answer: ServerDisconnectedError") {
    in_loop([] {
        ScriptedServer server(saying(""));
        check_get<http::ServerDisconnectedError>(server.url(), "Server disconnected");
    });
}

TEST_CASE("a connection that is reset: ClientOSError with the errno's words") {
    in_loop([] {
        ScriptedServer server([](Visitor& visitor) {
            visitor.read_request();
            visitor.reset_at_end();
        });
        check_get<http::ClientOSError>(server.url(), "Connection reset by peer");
    });
}

TEST_CASE("a body shorter than its Content-Length: ClientPayloadError") {
    in_loop([] {
        ScriptedServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));
        check_get<http::ClientPayloadError>(server.url(), "ask again");
    });
}

TEST_CASE("a chunked body without its end: an error of the body, not a short body") {
    in_loop([] {
        ScriptedServer server(saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"));
        Session session;
        CHECK_THROWS_AS(session.get(server.url()), http::ClientError);
    });
}

TEST_CASE("a body that cannot be unpacked: ClientPayloadError") {
    in_loop([] {
        ScriptedServer server(
            saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nno gzip!"));
        check_get<http::ClientPayloadError>(server.url(), "Accept-Encoding: identity");
    });
}

TEST_CASE("what answers is no web server: an error that says so") {
    in_loop([] {
        ScriptedServer server(saying("220 mail.example ESMTP\r\n"));
        Session session;
        CHECK_THROWS_AS(session.get(server.url()), http::ClientError);
    });
}

TEST_CASE("nobody listens: ClientConnectorError with ECONNREFUSED, and what to look for") {
    const demo::DeadPort dead;
    const std::string url = "http://127.0.0.1:" + std::to_string(dead.number()) + "/";
    in_loop([&] {
        Session session;
        try {
            session.get(url);
            FAIL("somebody listens");
        } catch (const http::ClientConnectorError& error) {
            CHECK(error.os_error() == ECONNREFUSED);
            CHECK_THAT(error.what(), Contains("look whether a server listens on 127.0.0.1:"));
        }
    });
}

TEST_CASE("a connection that the server closed while it was idle is replaced") {
    in_loop([] {
        ScriptedServer server([](Visitor& visitor) {
            if (visitor.read_request()) visitor.answer(200, "hello");
        });
        Session session;
        for (int i = 0; i < 5; ++i) {
            CHECK(session.get(server.url()).body == "hello");
            while (server.open() != 0) fibers::yield();
        }
        CHECK(server.connections() == 5);
    });
}

TEST_CASE("raise_for_status holds for the session or for one request, the body is in the error") {
    in_loop([] {
        ScriptedServer server(
            answering([](Visitor& visitor, const Request&) { visitor.answer(418, "a teapot"); }));
        Session lenient;
        Session strict({.raise_for_status = true});
        CHECK(lenient.get(server.url()).status == 418);
        CHECK_THROWS_AS(lenient.get(server.url(), {.raise_for_status = true}), http::ClientResponseError);
        CHECK(strict.get(server.url(), {.raise_for_status = false}).status == 418);
        try {
            strict.get(server.url());
            FAIL("418 is no error");
        } catch (const http::ClientResponseError& error) {
            CHECK(error.response().body == "a teapot");
        }
        CHECK(server.connections() == 2);
    });
}

TEST_CASE("total is for all of a request, its body too: ServerTimeoutError") {
    in_loop([] {
        ScriptedServer server(stuck_after("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"));
        Session session({.timeout = {.total = 50ms}});
        CHECK_THROWS_AS(session.get(server.url()), http::ServerTimeoutError);
        CHECK_THROWS_WITH(session.get(server.url()), Contains("timed out after 0.05 s"));
        CHECK_THROWS_WITH(session.get(server.url(), {.timeout = ClientTimeout{.total = 20ms}}),
                          Contains("0.02 s"));
        while (server.open() != 0) fibers::yield();  // the connections have been closed
    });
}

TEST_CASE("sock_read is for each piece that the server sends: SocketTimeoutError") {
    in_loop([] {
        ScriptedServer silent(stuck_after(""));
        ScriptedServer stuck(stuck_after("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"));
        Session session({.timeout = {.sock_read = 50ms}});
        CHECK_THROWS_AS(session.get(silent.url()), http::SocketTimeoutError);
        CHECK_THROWS_AS(session.get(stuck.url()), http::SocketTimeoutError);
    });
}

TEST_CASE("a server that sends a little from time to time keeps within sock_read") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request&) {
            visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            for (int i = 0; i < 4; ++i) {
                fibers::sleep(400ms);
                visitor.send("x");
            }
        }));
        Session session({.timeout = {.sock_read = 1200ms}});
        CHECK(session.get(server.url()).body == "xxxx");
    });
}

TEST_CASE("connect counts the wait for a free connection, total does too, ConnectionTimeoutError") {
    in_loop([] {
        ScriptedServer server(stuck_after(""));
        Session session({.limit = 1});
        auto first = fibers::create_task([&] { session.get(server.url()); });
        while (server.connections() == 0) fibers::yield();
        CHECK_THROWS_AS(session.get(server.url(), {.timeout = ClientTimeout{.connect = 30ms}}),
                        http::ConnectionTimeoutError);
        CHECK_THROWS_WITH(session.get(server.url(), {.timeout = ClientTimeout{.total = 30ms}}),
                          Contains("ClientTimeout::total"));
        CHECK(server.connections() == 1);
        first.cancel();
        fibers::wait({first});
    });
}

TEST_CASE(
    "exchange counts neither the wait for a free connection nor the redirects before, ServerTimeoutError") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            fibers::sleep(400ms);
            if (request.target == "/moved") {
                visitor.answer(302, "", "Location: /\r\n");
            } else if (request.target == "/") {
                visitor.answer(200, "hello");
            } else {
                visitor.wait_for_end();
            }
        }));
        Session session({.limit = 1, .timeout = {.exchange = 1200ms}});
        std::vector<std::function<std::string()>> requests(
            3, [&] { return session.get(server.url("/moved")).body; });
        CHECK(fibers::gather(requests).get() == std::vector<std::string>(3, "hello"));  // 2,400 ms in all
        CHECK_THROWS_WITH(session.get(server.url("/stuck")), Contains("ClientTimeout::exchange"));
    });
}

TEST_CASE("sock_connect is for making the connection: ConnectionTimeoutError") {
    // A listener whose queue is full answers no more.
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener, generic, length) == 0);
    REQUIRE(::listen(listener, 0) == 0);
    REQUIRE(::getsockname(listener, generic, &length) == 0);
    int visitors[4];
    for (int& visitor : visitors) {
        visitor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        ::connect(visitor, generic, length);
    }
    const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    in_loop([&] {
        Session session({.timeout = {.sock_connect = 50ms}});
        CHECK_THROWS_AS(session.get(url), http::ConnectionTimeoutError);
        CHECK_THROWS_WITH(session.get(url), Contains("ClientTimeout::sock_connect"));
    });
    Session session({.timeout = {.sock_connect = 50ms}});
    CHECK_THROWS_AS(session.get(url), http::ServerTimeoutError);  // outside a loop: libcurl's clock
    for (const int visitor : visitors) ::close(visitor);
    ::close(listener);
}

TEST_CASE("outside a loop libcurl's clock keeps the total") {
    const demo::Scratch scratch(false);
    const demo::Stage stage(".", 0);
    Session session({.timeout = {.total = 50ms}});
    CHECK_THROWS_AS(session.get("http://127.0.0.1:" + std::to_string(stage.site_port()) + "/-/never"),
                    http::ServerTimeoutError);
}

TEST_CASE("a session whose keep_going() says no ends its requests, and the connection") {
    in_loop([] {
        ScriptedServer server(stuck_after(""));
        bool go = true;
        Session session({.keep_going = [&] { return go; }});
        auto request = fibers::create_task([&] { session.get(server.url()); });
        while (server.connections() == 0) fibers::yield();
        go = false;
        CHECK_THROWS_AS(request.get(), http::ClientConnectionError);
        CHECK(session.connections().open == 0);
    });
}
