// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Bodies that are taken piece by piece.
#include <catch2/catch.hpp>
#include <http/session.hpp>

#include "scripted_server.hpp"

using http::Session;
using http_test::answering;
using http_test::hello;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPieces = 1024;
constexpr std::size_t kPiece = 64 * 1024;

// Sends 64 MiB, and counts how many pieces of it have left.
ScriptedServer::Script large(std::size_t& sent) {
    return answering([&sent](Visitor& visitor, const Request&) {
        visitor.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kPieces * kPiece) + "\r\n\r\n");
        const std::string piece(kPiece, 'x');
        for (sent = 0; sent < kPieces && visitor.send(piece); ++sent) {
        }
    });
}

}  // namespace

TEST_CASE("stream() gives the body piece by piece, with the head, and keeps none of it") {
    in_loop([] {
        std::size_t sent = 0;
        ScriptedServer server(large(sent));
        Session session;
        std::size_t got = 0;
        const auto response =
            session.stream(server.url(), [&](const http::Response& head, std::string_view bytes) {
                CHECK(head.status == 200);
                CHECK(head.headers.get("content-length") == std::to_string(kPieces * kPiece));
                got += bytes.size();
            });
        CHECK(got == kPieces * kPiece);
        CHECK(response.status == 200);
        CHECK(response.body.empty());
    });
}

TEST_CASE(
    "while the callback waits the transfer stands still, and the server with it, others run (backpressure)") {
    in_loop([] {
        std::size_t sent = 0;
        ScriptedServer server(large(sent));
        ScriptedServer other(hello());
        Session session;
        fibers::Event go;
        std::size_t got = 0;
        auto request = fibers::create_task([&] {
            session.stream(server.url(), [&](std::string_view bytes) {
                got += bytes.size();
                go.wait();
            });
        });
        while (got == 0) fibers::yield();
        const std::size_t first = got;
        // The server fills what the kernel has for it, and then waits, whatever else goes on.
        std::size_t before = kPieces + 1;
        for (int still = 0; still < 50; still = sent == before ? still + 1 : 0) {
            before = sent;
            CHECK(session.get(other.url()).body == "hello");
        }
        CHECK(got == first);
        CHECK(sent < kPieces);
        go.set();
        request.get();
        CHECK(got == kPieces * kPiece);
        CHECK(sent == kPieces);
    });
}

TEST_CASE("the time that the callback takes is not the server's: sock_read does not count it") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session({.timeout = {.sock_read = 1s}});
        bool called = false;
        session.stream(server.url(), [&](std::string_view) {
            fibers::sleep(1500ms);
            called = true;
        });
        CHECK(called);
    });
}

TEST_CASE("what the callback throws comes out of stream(), and the transfer is over") {
    in_loop([] {
        std::size_t sent = 0;
        ScriptedServer server(large(sent));
        Session session;
        CHECK_THROWS_WITH(
            session.stream(server.url(), [](std::string_view) { throw std::logic_error("mine"); }), "mine");
        CHECK_THROWS_AS(
            session.stream(server.url(),
                           [](std::string_view) { throw fibers::TimeoutError("the callback's"); }),
            fibers::TimeoutError);
        while (server.open() != 0) fibers::yield();
        CHECK(sent < kPieces);
        CHECK(session.connections().open == 0);
    });
}

TEST_CASE("a request that is cancelled while its callback waits ends there") {
    in_loop([] {
        std::size_t sent = 0;
        ScriptedServer server(large(sent));
        Session session;
        bool waits = false;
        bool was_cancelled = false;
        auto request = fibers::create_task([&] {
            session.stream(server.url(), [&](std::string_view) {
                waits = true;
                try {
                    fibers::sleep(1h);
                } catch (const fibers::CancelledError&) {
                    was_cancelled = true;
                    throw;
                }
            });
        });
        while (!waits) fibers::yield();
        request.cancel();
        fibers::wait({request});
        CHECK(request.cancelled());
        CHECK(was_cancelled);
        while (server.open() != 0) fibers::yield();
    });
}

TEST_CASE("the callback may make requests of its own") {
    in_loop([] {
        ScriptedServer server(hello());
        Session session;
        std::string inner;
        session.stream(server.url("/outer"),
                       [&](std::string_view) { inner = session.get(server.url()).body; });
        CHECK(inner == "hello");
        CHECK(server.connections() == 2);
    });
}

TEST_CASE("stream() shows neither the bodies of redirects nor the one that raise_for_status is about") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            if (request.target == "/moved") {
                visitor.answer(302, "moved", "Location: /\r\n");
            } else {
                visitor.answer(request.target == "/" ? 200 : 404,
                               request.target == "/" ? "here" : "not here");
            }
        }));
        Session session;
        std::string seen;
        const auto keep = [&](std::string_view bytes) { seen += bytes; };
        session.stream(server.url("/moved"), keep);
        CHECK(seen == "here");
        CHECK_THROWS_AS(session.stream(server.url("/no"), keep, {.raise_for_status = true}),
                        http::ClientResponseError);
        CHECK(seen == "here");
        session.stream(server.url("/no"), keep);
        CHECK(seen == "herenot here");
        CHECK(server.connections() == 1);
    });
}

TEST_CASE("a body of nothing does not call the callback") {
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request&) { visitor.answer(204, ""); }));
        Session session;
        CHECK(session.stream(server.url(), [](std::string_view) { FAIL("it was called"); }).status == 204);
    });
}
