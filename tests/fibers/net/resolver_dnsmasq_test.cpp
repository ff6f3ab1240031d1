// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups against dnsmasq, a server that others wrote: UDP, and TCP where an answer is too long for it.
#include <netinet/in.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <optional>
#include <set>

#include "fibers/net/resolver.hpp"
#include "support/dnsmasq.hpp"
#include "support/resolver_run.hpp"

using namespace std::chrono_literals;

namespace {

std::string answer(const char* node, int family = AF_UNSPEC, int flags = 0) {
    return test::to_text(
        test::resolve({.node = node, .flags = flags, .family = family, .socktype = SOCK_STREAM}));
}

// Waits until the server answers. False: it has ended, or is very slow.
bool serves(test::Dnsmasq& server, const char* known) {
    for (int i = 0; i < 500 && server.runs(); ++i) {
        if (answer(known, AF_INET) != "EAI_AGAIN") return true;
        ::usleep(50'000);
    }
    return false;
}

}  // namespace

TEST_CASE("resolver: dnsmasq's answers, short and long") {
    if (!test::has_dnsmasq()) {
        WARN("no dnsmasq here (package dnsmasq-base): nothing tested");
        return;
    }
    constexpr int many = 100;
    std::string lines =
        "address=/nothing.test/\n"
        "local=/test/\n"
        "host-record=both.test,127.0.0.7,::1\n"
        "cname=alias.test,both.test\n";
    for (int i = 1; i <= many; ++i) lines += "host-record=many.test,10.0.0." + std::to_string(i) + '\n';
    std::optional<test::Dnsmasq> server;
    std::optional<test::WithOptions> options;
    bool ready = false;
    for (int attempt = 0; attempt < 3 && !ready; ++attempt) {
        options.reset();
        server.emplace(lines);
        options.emplace(fibers::net::ResolverOptions{
            .servers = server->address(), .timeout = 5s, .tries = 2, .hosts = "/nonexistent"});
        ready = serves(*server, "both.test");
    }
    REQUIRE(ready);

    CHECK(answer("both.test") == "[::1]:0/1/6 127.0.0.7:0/1/6 ");
    CHECK(answer("alias.test", AF_INET, AI_CANONNAME) == "127.0.0.7:0/1/6 both.test");
    CHECK(answer("unknown.test") == "EAI_NONAME");
    CHECK(answer("many.test", AF_INET6) == "EAI_NODATA");

    const auto long_answer = test::resolve({.node = "many.test", .family = AF_INET, .socktype = SOCK_STREAM});
    std::set<std::string> different;
    for (const auto& address : long_answer.addresses) {
        different.emplace(reinterpret_cast<const char*>(&address.address), address.length);
    }
    CHECK(different.size() == many);

    const auto whole = test::socket_address("127.0.0.7", 22);
    fibers::net::NameRequest request;
    request.address = reinterpret_cast<const sockaddr*>(&whole);
    request.length = sizeof(sockaddr_in);
    CHECK(test::reverse(request).host == "both.test");
}
