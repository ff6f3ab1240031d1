// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The first test of its program: a process learns but once whom to ask for names.
#include <netdb.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <http/session.hpp>
#include <scratch.hpp>
#include <stage.hpp>

#include "scripted_server.hpp"

using Catch::Contains;
using http::Session;
using http_test::hello;
using http_test::in_loop;
using http_test::ScriptedServer;
using namespace std::chrono_literals;

TEST_CASE(
    "a name that nobody knows: ClientConnectorDNSError, what a cancelled request learned of one is not taken "
    "for true") {
    const demo::Scratch scratch(false);
    const demo::Stage stage(".", 0);
    ::setenv("FIBERS_DNS_SERVERS", stage.name_server().c_str(), 1);
    in_loop([&] {
        ScriptedServer server(hello());
        Session session;
        try {
            session.get("http://nowhere.example/");
            FAIL("it is known");
        } catch (const http::ClientConnectorDNSError& error) {
            CHECK(error.dns_error() == EAI_NONAME);
            CHECK_THAT(error.what(), Contains("nowhere.example: Name or service not known"));
        }
        // The last of the stage's names is slow.
        const std::string slow = server.url("/", "site20.example");
        auto first = fibers::create_task([&] { session.get(slow); });
        auto second = fibers::create_task([&] { return session.get(slow).body; });
        fibers::sleep(20ms);
        first.cancel();
        CHECK(second.get() == "hello");
        CHECK(first.cancelled());
    });
    ::unsetenv("FIBERS_DNS_SERVERS");
}
