// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch.hpp>
#include <http/session.hpp>

#include "scripted_server.hpp"

using http::Session;
using http_test::answering;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;

namespace {

// Sets two cookies for "/set", and tells which came, in order, for all else.
ScriptedServer::Script baker() {
    return answering([](Visitor& visitor, const Request& request) {
        if (request.target == "/set") {
            visitor.answer(200, "", "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; HttpOnly; Path=/b\r\n");
        } else {
            visitor.answer(200, request.headers.get("Cookie"));
        }
    });
}

}  // namespace

TEST_CASE(
    "what a server sets is sent back to it by every later request of the session (aiohttp's CookieJar)") {
    in_loop([] {
        ScriptedServer server(baker());
        Session session;
        CHECK(session.get(server.url()).body.empty());
        session.get(server.url("/set"));
        CHECK(session.get(server.url()).body == "a=1");
        CHECK_THAT(session.get(server.url("/b")).body, Catch::Contains("a=1") && Catch::Contains("b=2"));
        // Not by way of the connection: side by side they have one each.
        std::vector<std::function<std::string()>> requests(3, [&] { return session.get(server.url()).body; });
        CHECK(fibers::gather(requests).get() == std::vector<std::string>(3, "a=1"));

        auto cookies = session.cookies();
        std::sort(cookies.begin(), cookies.end(), [](auto& x, auto& y) { return x.name < y.name; });
        REQUIRE(cookies.size() == 2);
        CHECK(cookies[0].name == "a");
        CHECK(cookies[0].value == "1");
        CHECK(cookies[1].path == "/b");
        CHECK(cookies[1].domain == "127.0.0.1");
        session.clear_cookies();
        CHECK(session.get(server.url()).body.empty());
    });
}

TEST_CASE("sessions share no cookies, hosts neither") {
    in_loop([] {
        ScriptedServer server(baker());
        Session session;
        Session other;
        session.get(server.url("/set"));
        CHECK(other.get(server.url()).body.empty());
        CHECK(session.get(server.url("/", "localhost")).body.empty());
    });
}

TEST_CASE("cookies of the session's options go everywhere, a request's own only with it") {
    in_loop([] {
        ScriptedServer server(baker());
        Session session({.cookies = {{"s", "1"}}});
        CHECK(session.get(server.url(), {.cookies = {{"r", "2"}}}).body == "s=1; r=2");
        CHECK(session.get(server.url()).body == "s=1");
    });
}

TEST_CASE("a cookie that a redirect sets is sent to where it leads") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            if (request.target == "/login") {
                visitor.answer(302, "", "Set-Cookie: in=yes; Path=/\r\nLocation: /\r\n");
            } else {
                visitor.answer(200, request.headers.get("Cookie"));
            }
        }));
        Session session;
        CHECK(session.get(server.url("/login")).body == "in=yes");
    });
}
