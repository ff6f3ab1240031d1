// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_config.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <iostream>

#include "support/kernel_run.hpp"
#include "support/name_server.hpp"
#include "support/own_file.hpp"
#include "support/resolver_run.hpp"

using fibers::net::ResolverMode;

namespace {

fibers::net::ResolverOptions only(const test::NameServer& server) {
    return {
        .servers = server.address(), .timeout = std::chrono::seconds(5), .tries = 2, .hosts = "/nonexistent"};
}

std::string answer(const char* node) {
    return test::to_text(test::resolve({.node = node, .family = AF_INET, .socktype = SOCK_STREAM}));
}

std::string sources(const std::string& line) {
    std::string text;
    for (const auto& source : fibers::net::parse_nsswitch(line)) {
        text += source.name + '/';
        for (const bool returns : source.returns) text += returns ? 'r' : 'c';
        text += ' ';
    }
    return text;
}

}  // namespace

TEST_CASE("resolver config: resolv.conf's keywords, and what the environment has to say") {
    const auto conf = fibers::net::parse_resolv_conf(
        "# nameserver 9.9.9.9\nnameserver 10.0.0.1\nnameserver 2001:db8::1\n nameserver 10.0.0.3\n"
        "nameserver 10.0.0.4\nnameserver 10.0.0.5\ndomain first\nsearch a.test b.test\n"
        "options ndots:99 timeout:3 attempts:9 rotate edns0 use-vc trust-ad no-tld-query no-aaaa\n",
        "ndots:2", nullptr);
    REQUIRE(conf.servers.size() == 3);
    CHECK(to_text(conf.servers[2].host) == "10.0.0.4");
    CHECK(conf.search == std::vector<std::string>{"a.test", "b.test"});
    CHECK(conf.ndots == 2);
    CHECK(conf.timeout == std::chrono::seconds(3));
    CHECK(conf.attempts == 5);
    CHECK((conf.rotate && conf.edns0 && conf.use_vc && conf.trust_ad && conf.no_tld_query && conf.no_aaaa));
    const auto empty = fibers::net::parse_resolv_conf("", nullptr, "x.test y.test");
    CHECK(to_text(empty.servers.at(0).host) == "127.0.0.1");
    CHECK(empty.search == std::vector<std::string>{"x.test", "y.test"});
}

TEST_CASE("resolver config: name servers are addresses as inet_aton() takes them, or IPv6, no others") {
    const auto servers = [](const std::string& value) {
        const auto conf = fibers::net::parse_resolv_conf("nameserver " + value + "\n", nullptr, nullptr);
        return to_text(conf.servers.at(0).host);
    };
    CHECK(servers("10.1") == "10.0.0.1");
    CHECK(servers("0x0a000002") == "10.0.0.2");
    CHECK(servers("fe80::1%eth0") == "fe80::1");
    for (const char* const none :
         {"10.0.0.1;x", "10.0.0.1#x", "10.0.0.1%lo", "256.0.0.1", "host.test", "[::1]"})
        CHECK(servers(none) == "127.0.0.1");
}

TEST_CASE("resolver config: nsswitch.conf's sources and what ends a lookup") {
    CHECK(sources("") == "files/rccc dns/rccc ");
    CHECK(sources("passwd: x\nhosts: dns files # y\n") == "dns/rccc files/rccc ");
    CHECK(sources("hosts: mdns4_minimal [NOTFOUND=return] dns") == "mdns4_minimal/rrcc dns/rccc ");
    CHECK(sources("hosts: dns [!UNAVAIL=return] files") == "dns/rrcr files/rccc ");
    CHECK(sources("hosts:files[SUCCESS=continue TRYAGAIN=return]dns") == "files/cccr dns/rccc ");
}

TEST_CASE("resolver config: a file that changes is noticed, while questions are on their way, too") {
    test::NameServer first;
    test::NameServer second;
    second.add("web.test", test::Record::a, "10.0.0.2");
    second.add("web.deep.test", test::Record::a, "10.0.0.3");
    const test::OwnFile hosts("10.0.0.1 filed.test\n");
    const test::OwnFile resolv_conf("search deep.test\n");
    auto options = only(first);
    options.hosts = hosts.path();
    options.resolv_conf = resolv_conf.path();
    const test::WithOptions with(options);
    CHECK(answer("filed.test") == "10.0.0.1:0/1/6 ");
    hosts.write("10.0.0.9 filed.test\n");
    CHECK(answer("filed.test") == "10.0.0.9:0/1/6 ");

    options.servers = second.address();
    test::KernelRun loop;
    bool cancelled = false;
    auto& old = loop.spawn([&] {
        const auto result = fibers::net::resolve({.node = "silent.test"}, fibers::kernel::OnCancel::answers);
        cancelled = result.eai == EAI_SYSTEM && result.sys_errno == ECANCELED;
    });
    loop.spawn([&] {
        fibers::net::set_resolver_options(options);
        const auto found = fibers::net::resolve({.node = "web", .family = AF_INET, .socktype = SOCK_STREAM});
        CHECK(test::to_text(found) == "10.0.0.3:0/1/6 ");
        resolv_conf.write("search test\n");
        const auto other = fibers::net::resolve({.node = "web", .family = AF_INET, .socktype = SOCK_STREAM});
        CHECK(test::to_text(other) == "10.0.0.2:0/1/6 ");
        fibers::kernel::request_cancel(old, "");
    });
    loop.run();
    CHECK(cancelled);
}

// Runs in a process of its own, which the test below starts.
TEST_CASE("resolver modes: print the mode", "[.]") {
    std::cout << "mode " << static_cast<int>(fibers::net::resolver_options().mode) << std::endl;
}

TEST_CASE("resolver modes: the environment's FIBERS_RESOLVER, and what it cannot mean") {
    const auto printed = [](const std::string& value) {
        const std::string command = "FIBERS_RESOLVER=" + value + " /proc/" + std::to_string(::getpid()) +
                                    "/exe 'resolver modes: print the mode' 2>&1";
        FILE* const pipe = ::popen(command.c_str(), "re");
        std::string output;
        char buffer[4096];
        while (const std::size_t n = ::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, n);
        ::pclose(pipe);
        return output;
    };
    CHECK(printed("").find("mode 0\n") != std::string::npos);
    CHECK(printed("thread").find("mode 1\n") != std::string::npos);
    CHECK(printed("block").find("mode 2\n") != std::string::npos);
    const std::string nonsense = printed("nonsense");
    CHECK(nonsense.find("mode 0\n") != std::string::npos);
    CHECK(nonsense.find("FIBERS_RESOLVER='nonsense' is none of cares, thread, block: ignored") !=
          std::string::npos);
}

TEST_CASE("resolver modes: libc answers on a thread while fibers run, and straight") {
    for (const ResolverMode mode : {ResolverMode::thread, ResolverMode::block}) {
        auto options = fibers::net::resolver_options();
        options.mode = mode;
        const test::WithOptions with(options);
        const auto before = fibers::net::resolver_stats();
        for (int i = 0; i < 20; ++i) CHECK(answer("localhost") == "127.0.0.1:0/1/6 ");
        CHECK(answer("127.1") == "127.0.0.1:0/1/6 ");
        const auto whole = test::socket_address("127.0.0.1", 80);
        fibers::net::NameRequest request;
        request.address = reinterpret_cast<const sockaddr*>(&whole);
        request.length = sizeof(sockaddr_in);
        CHECK(test::reverse(request).host == "localhost");
        CHECK(fibers::net::resolver_stats().hosts == before.hosts);  // not ours
    }
}

TEST_CASE("resolver modes: many lookups at once share the threads, a cancelled one is abandoned") {
    auto options = fibers::net::resolver_options();
    options.mode = ResolverMode::thread;
    const test::WithOptions with(options);
    test::KernelRun loop;
    int found = 0;
    int ended = 0;
    std::vector<fibers::kernel::Fiber*> askers;
    for (int i = 0; i < 60; ++i) {
        askers.push_back(&loop.spawn([&, i] {
            const auto result =
                fibers::net::resolve({.node = "localhost"}, fibers::kernel::OnCancel::answers);
            if (i >= 10 && result.eai == 0) ++found;
            ++ended;
        }));
    }
    // Those of the ten whose answer is there already have it.
    loop.spawn([&] {
        for (int i = 0; i < 10; ++i) fibers::kernel::request_cancel(*askers[static_cast<std::size_t>(i)], "");
    });
    loop.run();
    CHECK(found == 50);
    CHECK(ended == 60);
}
