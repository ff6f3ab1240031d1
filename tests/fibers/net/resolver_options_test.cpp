// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_options.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "fibers/net/resolver_config.hpp"
#include "support/resolver_run.hpp"

using namespace std::chrono_literals;

namespace {

std::string servers(const std::string& text) {
    const auto list = fibers::net::parse_servers(text);
    if (!list) return "no list";
    std::string result;
    for (const auto& server : *list) result += to_text(server.host) + '#' + std::to_string(server.port) + ' ';
    return result;
}

}  // namespace

TEST_CASE("resolver options: servers are addresses with or without a port") {
    CHECK(servers("") == "");
    CHECK(servers("192.0.2.1") == "192.0.2.1#53 ");
    CHECK(servers("127.0.0.1:5353, [::1]:54,::1,[2001:db8::1]") ==
          "127.0.0.1#5353 ::1#54 ::1#53 2001:db8::1#53 ");
    for (const char* bad : {"localhost", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:5x",
                            "[::1", "[::1]x", "[127.0.0.1]]", "127.0.0.1,,", " ", "1.2.3"}) {
        INFO(bad);
        CHECK(servers(bad) == "no list");
    }
}

TEST_CASE("resolver options: what is no list of servers is refused and changes nothing") {
    const auto before = fibers::net::resolver_options();
    CHECK_THROWS_AS(fibers::net::set_resolver_options({.servers = "nowhere", .timeout = {}, .tries = 0}),
                    std::invalid_argument);
    CHECK(fibers::net::resolver_options().servers == before.servers);
}

TEST_CASE("resolver options: patience is what is asked for, else the system's, which is never nothing") {
    {
        const test::WithOptions chosen({.servers = {}, .timeout = 30ms, .tries = 7});
        CHECK(fibers::net::name_config()->resolv.timeout == 30ms);
        CHECK(fibers::net::name_config()->resolv.attempts == 7);
    }
    const test::WithOptions systems({});
    CHECK(fibers::net::name_config()->resolv.timeout >= 1s);
    CHECK(fibers::net::name_config()->resolv.attempts >= 1);
}
