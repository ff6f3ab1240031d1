// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How requests and sessions end before their time.
#include <catch2/catch.hpp>
#include <http/session.hpp>
#include <optional>

#include "scripted_server.hpp"

using Catch::Contains;
using http::Session;
using http_test::answering;
using http_test::hello;
using http_test::in_loop;
using http_test::Reports;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;
using namespace std::chrono_literals;

namespace {

// "/stuck" gets half a response, all else "hello".
ScriptedServer::Script sometimes_stuck() {
    return answering([](Visitor& visitor, const Request& request) {
        if (request.target != "/stuck") {
            visitor.answer(200, "hello");
        } else {
            visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
            visitor.wait_for_end();
        }
    });
}

void until(const std::function<bool()>& condition) {
    while (!condition()) fibers::yield();
}

}  // namespace

TEST_CASE("a cancelled request ends with CancelledError and its connection is closed, the session goes on") {
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        Session session({.limit = 1});
        CHECK(session.get(server.url()).body == "hello");
        auto request = fibers::create_task([&] { session.get(server.url("/stuck")); });
        auto waiting = fibers::create_task([&] { session.get(server.url()); });
        for (int i = 0; i < 20; ++i) fibers::yield();
        waiting.cancel();  // it waits for the connection that the other has
        fibers::wait({waiting});
        CHECK(waiting.cancelled());
        request.cancel("enough");
        fibers::wait({request});
        CHECK(request.cancelled());
        until([&] { return server.open() == 0; });
        CHECK(session.connections().open == 0);
        CHECK(session.get(server.url()).body == "hello");
        CHECK(server.connections() == 2);
    });
}

TEST_CASE("a timeout() around a request ends it with fibers::TimeoutError, no error of the session's") {
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        Session session;
        CHECK_THROWS_AS(fibers::timeout(30ms, [&] { session.get(server.url("/stuck")); }),
                        fibers::TimeoutError);
        CHECK(fibers::current_task().cancelling() == 0);
        CHECK(session.get(server.url()).body == "hello");
    });
}

TEST_CASE("of a timeout() outside and one of the session's own the earlier one ends the request") {
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        Session session({.timeout = {.total = 30ms}});
        CHECK_THROWS_AS(fibers::timeout(1h, [&] { session.get(server.url("/stuck")); }),
                        http::ServerTimeoutError);
        CHECK(fibers::current_task().cancelling() == 0);
    });
}

TEST_CASE("close() ends the requests that run or wait with ClientConnectionError, and returns after them") {
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        Session session({.limit = 2});
        std::vector<fibers::Task<void>> requests;
        for (int i = 0; i < 5; ++i) {
            requests.push_back(fibers::create_task([&] { session.get(server.url("/stuck")); }));
        }
        until([&] { return server.connections() == 2; });
        session.close();
        CHECK(session.closed());
        for (auto& request : requests) {
            REQUIRE(request.done());
            CHECK_THROWS_AS(request.get(), http::ClientConnectionError);
            CHECK_THROWS_WITH(request.get(), Contains("Session is closed"));
        }
        until([&] { return server.open() == 0; });
        CHECK(server.connections() == 2);
        session.close();
    });
}

TEST_CASE("a closed session takes no request: RuntimeError that says where it was made (aiohttp's text)") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session;
        session.get(server.url());
        session.close();
        until([&] { return server.open() == 0; });
        CHECK_THROWS_AS(session.get(server.url()), fibers::RuntimeError);
        CHECK_THROWS_WITH(session.get(server.url()),
                          Contains("Session is closed") && Contains("life_test.cpp:"));
        CHECK(server.connections() == 1);
    });
}

TEST_CASE("a session that a callback of its own request closes ends that request") {
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        Session session;
        CHECK_THROWS_AS(session.stream(server.url("/stuck"), [&](std::string_view) { session.close(); }),
                        http::ClientConnectionError);
        CHECK(session.closed());
    });
}

TEST_CASE("the end of its scope closes a session in silence, and so does close()") {
    const Reports reports;
    in_loop([] {
        ScriptedServer server(hello());
        {
            Session session;
            session.get(server.url());
        }
        until([&] { return server.open() == 0; });
        auto* const leaked = new Session;
        leaked->get(server.url());
        leaked->close();
        delete leaked;
    });
    CHECK(reports.lines() == std::vector<std::string>{});
}

TEST_CASE(
    "a session that is open when the loop ends is reported with the line that made it (aiohttp's Unclosed)") {
    const Reports reports;
    std::optional<Session> outlives;
    int line = 0;
    in_loop([&] {
        ScriptedServer server(hello());
        outlives.emplace(Session()), line = __LINE__;
        outlives->get(server.url());
    });
    REQUIRE(reports.lines().size() == 1);
    CHECK_THAT(reports.lines()[0], Contains("Unclosed session") && Contains("1 connections were open"));
    CHECK_THAT(reports.lines()[0], Contains("life_test.cpp:" + std::to_string(line) + ":"));
    CHECK(outlives->closed());
    CHECK(outlives->connections().open == 0);
}

TEST_CASE("a session made with new and forgotten is reported by file and line") {
    const Reports reports;
    Session* forgotten = nullptr;
    const int line = __LINE__ + 3;
    in_loop([&] {
        ScriptedServer server(hello());
        forgotten = new Session;
        forgotten->get(server.url());
    });
    REQUIRE(reports.lines().size() == 1);
    CHECK_THAT(reports.lines()[0], Contains("life_test.cpp:" + std::to_string(line) + ":"));
    delete forgotten;
}

TEST_CASE("a task that the end of the loop cancels closes its session itself, nothing is reported") {
    const Reports reports;
    in_loop([&] {
        ScriptedServer server(hello());
        fibers::Event begun;
        fibers::create_task([&begun, url = server.url()] {
            Session session;
            session.get(url);
            begun.set();
            try {
                fibers::sleep(1h);
            } catch (const fibers::CancelledError&) {
                fibers::shielded([] { fibers::sleep(10ms); });  // takes its time to end
                throw;
            }
        });
        begun.wait();
    });
    CHECK(reports.lines() == std::vector<std::string>{});
}

TEST_CASE("a session that dies while requests run is reported, they end with ClientConnectionError") {
    const Reports reports;
    in_loop([] {
        ScriptedServer server(sometimes_stuck());
        std::optional<Session> session(std::in_place);
        auto request = fibers::create_task([&] { session->get(server.url("/stuck")); });
        until([&] { return server.connections() == 1; });
        session.reset();
        CHECK_THROWS_AS(request.get(), http::ClientConnectionError);
        until([&] { return server.open() == 0; });
    });
    REQUIRE(reports.lines().size() == 1);
    CHECK_THAT(reports.lines()[0], Contains("ends while 1 requests run"));
}
