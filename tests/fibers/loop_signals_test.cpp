// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::get_running_loop;
using fibers::Loop;

namespace {

bool is_default(int number) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    return now.sa_handler == SIG_DFL;
}

}  // namespace

TEST_CASE("add_signal_handler: the callback runs on the loop, and wakes it from a wait") {
    fibers::run([] {
        const Loop loop = get_running_loop();
        fibers::Event came;
        std::string log;
        loop.add_signal_handler(SIGUSR1, [&] {
            log += get_running_loop() == loop ? "on the loop" : "elsewhere";
            came.set();
        });
        ::raise(SIGUSR1);
        CHECK(log.empty());
        came.wait();
        CHECK(log == "on the loop");
        came.clear();
        // Nobody else can wake it: a loop with a signal handler is not deadlocked.
        std::thread thread([] { ::kill(::getpid(), SIGUSR1); });
        came.wait();
        thread.join();
        CHECK(loop.remove_signal_handler(SIGUSR1));
        CHECK_FALSE(loop.remove_signal_handler(SIGUSR1));
        CHECK(is_default(SIGUSR1));
    });
}

TEST_CASE(
    "add_signal_handler: another one replaces it, what throws is reported, the loop's end takes it away") {
    const test::Reports reports;
    const auto held = std::make_shared<int>(0);
    fibers::run([&] {
        const Loop loop = get_running_loop();
        std::string log;
        loop.add_signal_handler(SIGUSR2, [&log] { log += "old"; });
        ::raise(SIGUSR2);
        loop.add_signal_handler(SIGUSR2, [&log, held] {
            log += "new";
            throw std::runtime_error("broke");
        });
        fibers::yield();
        CHECK(log.empty());  // the old one's signal went with it
        ::raise(SIGUSR2);
        fibers::yield();
        fibers::yield();
        CHECK(log == "new");
    });
    CHECK(is_default(SIGUSR2));
    CHECK(held.use_count() == 1);
    CHECK(reports.count("Exception in callback for signal " + std::to_string(SIGUSR2)) == 1);
}

TEST_CASE("add_signal_handler: signals that cannot be caught, do not exist, or are another loop's") {
    fibers::run([] {
        const Loop loop = get_running_loop();
        CHECK_THROWS_WITH(loop.add_signal_handler(SIGKILL, [] {}), "sig 9 cannot be caught");
        CHECK_THROWS_AS(loop.add_signal_handler(0, [] {}), std::invalid_argument);
        CHECK_THROWS_AS(loop.add_signal_handler(4711, [] {}), std::invalid_argument);
        CHECK_FALSE(loop.remove_signal_handler(SIGKILL));
        loop.add_signal_handler(SIGUSR1, [] {});
        std::string thrown;
        std::thread([&] {
            fibers::run([&] {
                thrown = test::thrown_by([] { get_running_loop().add_signal_handler(SIGUSR1, [] {}); });
            });
        }).join();
        CHECK_THAT(thrown, Catch::EndsWith("is handled by another event loop"));
    });
    CHECK(is_default(SIGUSR1));
}

TEST_CASE("add_signal_handler: SIGINT is then the program's own, and cancels nobody") {
    fibers::run([] {
        bool came = false;
        get_running_loop().add_signal_handler(SIGINT, [&] { came = true; });
        ::raise(SIGINT);
        fibers::sleep(1ms);
        CHECK(came);
    });
    CHECK(is_default(SIGINT));
}
