// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// getaddrinfo, freeaddrinfo and getnameinfo as programs call them: in fibers they ask through the loop and
// others run meanwhile; elsewhere they are libc's.
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fibers/run.hpp"
#include "netpatch/fibers_only.hpp"
#include "netpatch/netpatch.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

namespace {

// The list as text, and freed.
std::string look_up(const char* node, const char* service, const addrinfo* hints) {
    addrinfo* list = nullptr;
    const int eai = ::getaddrinfo(node, service, hints, &list);
    if (eai != 0) return test::eai_name(eai);
    std::string text = list->ai_canonname ? list->ai_canonname : "";
    for (const addrinfo* i = list; i; i = i->ai_next) {
        char host[64];
        char port[16];
        ::getnameinfo(i->ai_addr, i->ai_addrlen, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV);
        CHECK(i->ai_family == i->ai_addr->sa_family);
        text += ' ' + std::string(host) + ' ' + port + '/' + std::to_string(i->ai_socktype) + '/' +
                std::to_string(i->ai_protocol) + '/' + std::to_string(i->ai_flags);
    }
    ::freeaddrinfo(list);
    return text;
}

// Options that ask `server` alone; there is no file of hosts.
fibers::net::ResolverOptions only(const test::NameServer& server) {
    return {
        .servers = server.address(), .timeout = std::chrono::seconds(5), .tries = 2, .hosts = "/nonexistent"};
}

}  // namespace

TEST_CASE("netpatch dns: lookups in fibers run at once and answer as glibc would") {
    constexpr std::size_t askers = 50;
    netpatch::patch_all();
    test::NameServer server;
    for (std::size_t i = 0; i < askers; ++i) {
        server.add("host" + std::to_string(i) + ".test", test::Record::a, "10.0.0." + std::to_string(i));
    }
    server.hold_until(askers);
    const test::WithOptions options(only(server));
    test::KernelRun loop;
    for (std::size_t i = 0; i < askers; ++i) {
        loop.spawn([i] {
            addrinfo hints{};
            hints.ai_family = AF_INET;
            hints.ai_socktype = SOCK_STREAM;
            hints.ai_flags = AI_CANONNAME;
            const std::string name = "host" + std::to_string(i) + ".test";
            CHECK(look_up(name.c_str(), "http", &hints) ==
                  name + " 10.0.0." + std::to_string(i) + " 80/1/6/2");
        });
    }
    loop.run();
    CHECK(server.most_outstanding() == askers);
}

TEST_CASE("netpatch dns: without hints, and by number, the answers are libc's") {
    netpatch::patch_all();
    test::NameServer server;
    const test::WithOptions options(only(server));
    std::vector<std::string> ours;
    const auto ask_all = [](std::vector<std::string>& answers) {
        addrinfo passive{};
        passive.ai_flags = AI_PASSIVE;
        answers = {look_up("127.1", "http", nullptr), look_up("::1", "53", nullptr),
                   look_up(nullptr, "80", &passive), look_up("127.0.0.1", "nosuchservice", nullptr),
                   look_up(nullptr, nullptr, nullptr)};
    };
    test::run_fibers({[&] { ask_all(ours); }});
    std::vector<std::string> libcs;
    ask_all(libcs);
    CHECK(ours == libcs);
}

TEST_CASE("netpatch dns: what servers say against a name") {
    netpatch::patch_all();
    test::NameServer server;
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        CHECK(look_up("unknown.test", nullptr, nullptr) == "EAI_NONAME");
        CHECK(look_up("servfail.test", nullptr, nullptr) == "EAI_AGAIN");
    }});
}

TEST_CASE("netpatch dns: getnameinfo asks for PTR records and minds the caller's buffers") {
    netpatch::patch_all();
    test::NameServer server;
    server.add("2.0.0.10.in-addr.arpa", test::Record::ptr, "two.test");
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        const sockaddr_storage address = test::socket_address("10.0.0.2", 80);
        const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
        char host[9];
        char service[5];
        CHECK(::getnameinfo(raw, sizeof(sockaddr_in), host, 9, service, 5, 0) == 0);
        CHECK(host == std::string("two.test"));
        CHECK(service == std::string("http"));
        CHECK(::getnameinfo(raw, sizeof(sockaddr_in), host, 8, service, 5, 0) == EAI_OVERFLOW);
        CHECK(::getnameinfo(raw, sizeof(sockaddr_in), host, 9, service, 4, 0) == EAI_OVERFLOW);
        CHECK(::getnameinfo(raw, sizeof(sockaddr_in), nullptr, 0, service, 5, 0) == 0);
    }});
}

TEST_CASE("netpatch dns: a plain thread's lookup is libc's, and counted") {
    netpatch::patch_all();
    test::NameServer server;
    const test::WithOptions options(only(server));
    const auto before = netpatch::report().foreign_lookups;
    std::string answer;
    std::thread([&] { answer = look_up("127.0.0.1", "80", nullptr); }).join();
    CHECK(answer.starts_with(" 127.0.0.1 80/1/6"));
    CHECK(netpatch::report().foreign_lookups > before);
    CHECK(server.questions() == 0);
}

TEST_CASE("a signal handler that runs during a lookup makes nobody ask anew", "[netpatch]") {
    test::NameServer server;
    server.add("both.test", test::Record::a, "127.0.0.7");
    server.add("both.test", test::Record::aaaa, "::1");
    server.hold_until(2);
    const pthread_t loop = pthread_self();
    // At the first question only: nobody answers before the second, so the handler is still there.
    server.on_question([&, sent = false]() mutable {
        if (!std::exchange(sent, true)) pthread_kill(loop, SIGUSR1);
    });
    const test::WithOptions options({.servers = server.address(), .hosts = "/nonexistent"});
    netpatch::patch_all();
    struct sigaction interrupts {};
    interrupts.sa_handler = [](int) {};
    struct sigaction before {};
    REQUIRE(::sigaction(SIGUSR1, &interrupts, &before) == 0);
    fibers::run([] {
        addrinfo* answer = nullptr;
        CHECK(::getaddrinfo("both.test", "80", nullptr, &answer) == 0);
        ::freeaddrinfo(answer);
    });
    ::sigaction(SIGUSR1, &before, nullptr);
    CHECK(server.questions() == 2);
}

TEST_CASE("getaddrinfo_a: a request that stands twice in a list, or is asked anew, is done once",
          "[netpatch]") {
    netpatch::patch_all();
    fibers::run([] {
        gaicb request{};
        request.ar_name = "127.0.0.1";
        gaicb* list[] = {&request, &request};
        CHECK(::getaddrinfo_a(GAI_WAIT, list, 2, nullptr) == 0);
        ::freeaddrinfo(request.ar_result);
        CHECK(::getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr) == 0);
        CHECK(::getaddrinfo_a(GAI_WAIT, list, 1, nullptr) == 0);
        CHECK(::gai_error(&request) == 0);
        ::freeaddrinfo(request.ar_result);
        const timespec ages{std::numeric_limits<time_t>::max(), 0};
        CHECK(::getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr) == 0);
        CHECK(::gai_suspend(list, 1, &ages) == 0);
        ::freeaddrinfo(request.ar_result);
    });
}
