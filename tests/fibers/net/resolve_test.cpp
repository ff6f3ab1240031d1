// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolve.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "fibers/cancel.hpp"
#include "fibers/run.hpp"
#include "fibers/task/timeout.hpp"
#include "support/kernel_run.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

using fibers::resolve;

namespace {

fibers::net::ResolverOptions only(const test::NameServer& server) {
    return {
        .servers = server.address(), .timeout = std::chrono::seconds(5), .tries = 2, .hosts = "/nonexistent"};
}

void in_fiber(std::function<void()> body) {
    test::KernelRun loop;
    loop.spawn(std::move(body));
    loop.run();
}

std::string text(const std::vector<fibers::SocketAddress>& addresses) {
    std::ostringstream out;
    for (const auto& address : addresses) out << address << ' ';
    return out.str();
}

}  // namespace

TEST_CASE("resolve: a host and a service come to addresses that connect() can use") {
    test::NameServer server;
    server.add("web.test", test::Record::a, "127.0.0.7");
    server.add("web.test", test::Record::aaaa, "::1");
    const test::WithOptions options(only(server));
    in_fiber([] {
        CHECK(text(resolve("web.test", "http", {.flags = 0})) == "[::1]:80 127.0.0.7:80 ");
        CHECK(text(resolve("web.test", "8080", {.family = AF_INET})) == "127.0.0.7:8080 ");
        CHECK(text(resolve("fe80::1%lo", "53", {.flags = AI_NUMERICHOST})) == "[fe80::1%lo]:53 ");
        CHECK(text(resolve("", "80", {.family = AF_INET, .flags = AI_PASSIVE})) == "0.0.0.0:80 ");
        const auto address = resolve("127.0.0.1").front();
        CHECK(address.port() == 0);
        CHECK(address.socktype() == SOCK_STREAM);
        CHECK(address.size() == sizeof(sockaddr_in));
        CHECK(address == resolve("127.0.0.1").front());
        CHECK_FALSE(address == resolve("127.0.0.1", "1").front());
    });
}

TEST_CASE("resolve: a name without an address is an error that says which and why") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    in_fiber([] {
        try {
            (void)resolve("unknown.test");
            FAIL("resolved");
        } catch (const fibers::ResolveError& error) {
            CHECK(error.code() == EAI_NONAME);
            CHECK(std::string(error.what()).starts_with("'unknown.test': "));
        }
    });
    CHECK_THROWS_AS(resolve("127.0.0.1"), fibers::RuntimeError);
}

TEST_CASE("resolve: a name with a null byte is none: its beginning could be another one") {
    test::NameServer server;
    server.add("good.test", test::Record::a, "127.0.0.7");
    const test::WithOptions options(only(server));
    in_fiber([] {
        const std::string name("good.test\0.evil.test", 20);
        CHECK_THROWS_AS(resolve(name, {}, {.flags = 0}), fibers::ResolveError);
        CHECK_THROWS_AS(resolve("127.0.0.1", std::string("80\0x", 4)), fibers::ResolveError);
    });
    CHECK(server.questions() == 0);
}

TEST_CASE("resolve: raw sockets have no service and need none") {
    in_fiber([] {
        CHECK(text(resolve("127.0.0.1", {}, {.socktype = SOCK_RAW})) == "127.0.0.1:0 ");
        CHECK(text(resolve({}, {}, {.family = AF_INET, .socktype = SOCK_RAW, .flags = 0})) == "127.0.0.1:0 ");
        CHECK_THROWS_AS(resolve("127.0.0.1", "80", {.socktype = SOCK_RAW}), fibers::ResolveError);
    });
}

TEST_CASE("resolve: a cancellation is thrown") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    test::KernelRun loop;
    auto& asker =
        loop.spawn([] { CHECK_THROWS_AS(resolve("silent.test", {}, {.flags = 0}), fibers::CancelledError); });
    loop.spawn([&] { fibers::kernel::request_cancel(asker, ""); });
    loop.run();
}

TEST_CASE("resolve: a time-out ends a lookup") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    fibers::run([] {
        const auto look = [] { (void)resolve("silent.test", {}, {.flags = 0}); };
        CHECK_THROWS_AS(fibers::timeout(std::chrono::milliseconds(20), look), fibers::TimeoutError);
    });
}
