// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Debug mode: what it reports, and that it is silent about what is right.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fibers/debug/mode.hpp"
#include "fibers/debug/resource.hpp"
#include "fibers/debug/test_clock.hpp"
#include "fibers/error.hpp"
#include "fibers/executor.hpp"
#include "fibers/kernel/sanitizer.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/program.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using Catch::Contains;
using fibers::CancelledError;
using fibers::create_task;
using fibers::TaskOptions;
using test::Reports;

namespace {

// run() in debug mode on a clock of its own, which the function gets.
template <class F>
void debug_run(F f) {
    fibers::debug::TestClock clock;
    fibers::run([&] { f(clock); }, {.clock = &clock, .debug = true});
}

}  // namespace

TEST_CASE("g36: in debug mode a slow step is named with its task and where that was created") {
    Reports reports;
    debug_run([](fibers::debug::TestClock& clock) {
        fibers::get_running_loop().set_slow_callback_duration(10ms);
        create_task([&] { clock.advance(20ms); }, TaskOptions{.name = "slowpoke"});
        create_task([&] { clock.advance(9ms); }, TaskOptions{.name = "quick"});
        fibers::sleep(1s);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0],
               Catch::StartsWith("Executing <Task finished name='slowpoke' created at ") &&
                   Contains("debug_mode_test.cpp:") && Catch::EndsWith("> took 0.020 seconds"));
}

TEST_CASE("debug: each step is timed by itself, not the time between its steps nor another fiber's") {
    Reports reports;
    debug_run([](fibers::debug::TestClock& clock) {
        const auto steps = [&] {
            for (int i = 0; i < 4; ++i) {
                clock.advance(60ms);
                fibers::yield();
            }
            fibers::sleep(10s);
        };
        fibers::gather(steps, steps, steps).get();
        CHECK(Reports::messages().empty());
        clock.advance(100ms);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0], Contains("<Task finished") && Contains("took 0.100 seconds"));
}

TEST_CASE("debug: an executor that outlives its loop is named, one that was shut down is not") {
    Reports reports;
    std::unique_ptr<fibers::ThreadPoolExecutor> leaked;
    fibers::run(
        [&] {
            leaked = std::make_unique<fibers::ThreadPoolExecutor>(1, "", fibers::SourceLocation::current());
            fibers::ThreadPoolExecutor scoped(1);
            CHECK(scoped.submit([] { return 1; }).get() == 1);
            CHECK(fibers::to_thread([] { return 2; }).get() == 2);
        },
        {.debug = true});
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0], Catch::StartsWith("unclosed ThreadPoolExecutor, made at ") &&
                                          Contains("debug_mode_test.cpp:"));
}

TEST_CASE("debug: off by default, on by RunOptions or by FIBERS_DEBUG=1, which RunOptions overrules") {
    const auto is_on = [](std::optional<bool> option) {
        return fibers::run([] { return fibers::detail::debug(*fibers::kernel::this_scheduler); },
                           {.debug = option});
    };
    CHECK_FALSE(is_on({}));
    CHECK(is_on(true));
    ::setenv("FIBERS_DEBUG", "1", 1);
    CHECK(is_on({}));
    CHECK_FALSE(is_on(false));
    ::setenv("FIBERS_DEBUG", "0", 1);
    CHECK_FALSE(is_on({}));
    ::unsetenv("FIBERS_DEBUG");
}

TEST_CASE("debug: a task that swallows its cancellation and returns is named, one that uncancels is not") {
    Reports reports;
    const auto swallow = [](bool uncancel) {
        try {
            fibers::sleep(1h);
        } catch (const CancelledError&) {
            if (uncancel) fibers::current_task().uncancel();
        }
        fibers::sleep(1s);
    };
    debug_run([&](fibers::debug::TestClock&) {
        auto bad = create_task([&] { swallow(false); }, TaskOptions{.name = "bad"});
        auto good = create_task([&] { swallow(true); }, TaskOptions{.name = "good"});
        auto obedient = create_task([] { fibers::sleep(1h); });
        auto timed = create_task(
            [] { CHECK_THROWS_AS(fibers::timeout(1s, [] { fibers::sleep(1h); }), fibers::TimeoutError); });
        fibers::sleep(1ms);
        bad.cancel();
        good.cancel();
        obedient.cancel();
        fibers::sleep(1min);
        CHECK(bad.done());
        CHECK(good.done());
        CHECK(timed.done());
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0],
               Catch::StartsWith("<Task finished name='bad' created at ") &&
                   Contains("was cancelled and returned a value: it swallowed CancelledError"));
}

TEST_CASE(
    "debug: a task that goes on for ever after its cancellation is named once, a long clean-up is not") {
    Reports reports;
    debug_run([&](fibers::debug::TestClock&) {
        const auto steps_after_cancellation = [](int steps) {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                for (int i = 0; i < steps; ++i) fibers::yield();
                throw;
            }
        };
        auto endless = create_task([&] { steps_after_cancellation(3000); }, TaskOptions{.name = "endless"});
        auto thorough = create_task([&] { steps_after_cancellation(900); });
        fibers::sleep(1ms);
        endless.cancel();
        thorough.cancel();
        fibers::sleep(1s);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0], Contains("'endless'") && Contains("steps after its cancellation"));
}

TEST_CASE("debug: what is still open when the loop closes is named with where it was made") {
    Reports reports;
    std::unique_ptr<fibers::debug::Resource> leaked;
    std::unique_ptr<fibers::debug::Resource> closed;
    const auto make_some = [&] {
        leaked = std::make_unique<fibers::debug::Resource>("session", fibers::SourceLocation::current());
        closed = std::make_unique<fibers::debug::Resource>("pool", fibers::SourceLocation::current());
        closed->closed();
        const fibers::debug::Resource scoped("session", fibers::SourceLocation::current());
    };
    fibers::run(make_some, {.debug = false});
    CHECK(reports.messages().empty());
    fibers::run(make_some, {.debug = true});
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0],
               Catch::StartsWith("unclosed session, made at ") && Contains("debug_mode_test.cpp:"));
}

TEST_CASE(
    "debug: handles of futures used on another thread throw, once the run is over they may be read "
    "anywhere") {
    std::optional<fibers::Promise<int>> made_inside;
    const auto refused_elsewhere = [&](auto&& use) {
        return fibers::to_thread([&] {
                   try {
                       use();
                   } catch (const fibers::RuntimeError& e) {
                       return std::string(e.what()).starts_with("Non-thread-safe operation invoked");
                   }
                   return false;
               })
            .get();
    };
    fibers::run(
        [&] {
            fibers::Promise<int>& promise = made_inside.emplace();
            const auto task = create_task([] { fibers::sleep(1ms); });
            CHECK(refused_elsewhere([&] { task.cancel(); }));
            CHECK(refused_elsewhere([&] { task.add_done_callback([] {}); }));
            CHECK(refused_elsewhere([&] { promise.set_result(1); }));
            CHECK(refused_elsewhere([&] { promise.set_exception(std::runtime_error("no")); }));
            fibers::get_running_loop().set_debug(false);
            CHECK_FALSE(refused_elsewhere([&] { CHECK(task.valid()); }));
            fibers::get_running_loop().set_debug(true);
            CHECK(refused_elsewhere([&] { task.cancel(); }));
            task.get();
        },
        {.debug = true});
    std::thread([&] { made_inside->set_result(1); }).join();
    CHECK(made_inside->future().result() == 1);
}

TEST_CASE("debug: ASan sees a detached task that refers to the frame of a fiber that has ended") {
    if (!fibers::kernel::sanitizer::asan) return;
    const auto result = test::run_program("dangling");
    CHECK_THAT(result.output, Contains("AddressSanitizer: use-after-poison") && !Contains("still there"));
    CHECK(result.exit_code != 0);
}

TEST_CASE("debug: ASan sees a detached task that refers to the frame of a function that has returned") {
    if (!fibers::kernel::sanitizer::asan) return;
    const auto result =
        test::run_program("dangling", "FRAME=function ASAN_OPTIONS=detect_stack_use_after_return=1");
    CHECK_THAT(result.output,
               Contains("AddressSanitizer: stack-use-after-return") && !Contains("still there"));
    CHECK(result.exit_code != 0);
}
