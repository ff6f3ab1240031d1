// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::Runner;

TEST_CASE("Runner: several runs on one loop, tasks that one leaves go on in the next") {
    fibers::debug::TestClock clock;
    Runner runner({.clock = &clock});
    std::string log;
    const auto first = runner.run([&] {
        create_task([&] {
            fibers::sleep(1s);
            log += "left";
        });
        return fibers::get_running_loop();
    });
    CHECK(log.empty());
    CHECK(runner.run([] { return fibers::get_running_loop(); }) == first);
    CHECK(runner.get_loop() == first);
    runner.run([] { fibers::sleep(2s); });
    CHECK(log == "left");
    CHECK_THROWS_WITH(runner.run([] { throw std::runtime_error("main's"); }), "main's");
    CHECK(runner.run([] { return 3; }) == 3);
}

TEST_CASE("Runner::close: cancels the tasks that are left and waits for their clean-up, then all is closed") {
    fibers::debug::TestClock clock;
    Runner runner({.clock = &clock});
    std::string log;
    runner.run([&] {
        create_task([&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                fibers::sleep(1s);
                log += "cleaned up";
                throw;
            }
        });
        fibers::yield();
    });
    const fibers::Loop loop = runner.get_loop();
    CHECK(log.empty());
    runner.close();
    CHECK(log == "cleaned up");
    CHECK(loop.is_closed());
    runner.close();
    CHECK_THROWS_WITH(runner.run([] {}), "Runner is closed");
    CHECK_THROWS_WITH(runner.get_loop(), "Runner is closed");
}

TEST_CASE("Runner: its destructor closes, also where run() has thrown") {
    fibers::debug::TestClock clock;
    bool cleaned = false;
    const auto fails = [&] {
        Runner runner({.clock = &clock});
        runner.run([&] {
            create_task([&] {
                const std::shared_ptr<void> guard(nullptr, [&](void*) {
                    fibers::shielded([] { fibers::sleep(1s); });
                    cleaned = true;
                });
                fibers::sleep(1h);
            });
            fibers::yield();
            throw std::runtime_error("main's");
        });
    };
    CHECK_THROWS_WITH(fails(), "main's");
    CHECK(cleaned);
}

TEST_CASE("Runner: not inside a running loop, with asyncio's words and what to do instead") {
    fibers::debug::TestClock clock;
    Runner runner({.clock = &clock});
    Runner other({.clock = &clock});
    runner.run([&] {
        const char* const hint =
            "cannot be called from a running event loop: you are in it already, just call";
        CHECK_THROWS_WITH(runner.run([] {}), Catch::StartsWith("Runner::run() ") && Catch::Contains(hint));
        CHECK_THROWS_WITH(other.run([] {}), Catch::Contains(hint));
        CHECK_THROWS_WITH(other.close(), Catch::Contains(hint));
        CHECK_THROWS_WITH(fibers::run([] {}), Catch::StartsWith("fibers::run() ") && Catch::Contains(hint));
    });
    CHECK(other.run([] { return 1; }) == 1);
}

TEST_CASE("Runner: a deadlock is an error of that run only") {
    Runner runner;
    const auto hangs = [] { fibers::Event().wait(); };
    CHECK_THROWS_AS(runner.run(hangs), fibers::DeadlockError);
    CHECK(runner.run([] { return 4; }) == 4);
    CHECK_THROWS_AS(runner.run(hangs), fibers::DeadlockError);
}

TEST_CASE("Runner: options of its runs, the run's own come first") {
    Runner runner({.name = "usual"});
    CHECK(runner.run([] { return fibers::current_task().name(); }) == "usual");
    CHECK(runner.run([] { return fibers::current_task().name(); }, {.name = "own"}) == "own");
}

TEST_CASE("Runner: one that is made here may run on another thread") {
    Runner runner;
    std::string caught;
    std::thread([&] {
        runner.run([&] {
            create_task([&] {
                try {
                    throw 1;
                } catch (int) {
                    fibers::yield();
                    caught = "on its own thread";
                }
            }).get();
        });
    }).join();
    CHECK(caught == "on its own thread");
    CHECK(runner.run([] { return 2; }) == 2);  // nothing is left over there
}

TEST_CASE("Runner: what the loop's exception handler hears of the end of run()") {
    const test::Reports reports;
    std::string heard;
    fibers::debug::TestClock clock;
    fibers::run(
        [&] {
            fibers::get_running_loop().set_exception_handler(
                [&](const fibers::Loop&, const fibers::ErrorContext& context) {
                    heard = context.message + " / " + context.task;
                });
            create_task(
                [] {
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        throw std::runtime_error("at the end");
                    }
                },
                {.name = "last"});
            fibers::yield();
        },
        {.clock = &clock});
    CHECK_THAT(heard, Catch::StartsWith("unhandled exception during fibers::run() shutdown / <Task finished "
                                        "name='last'"));
    CHECK(reports.messages().empty());
}
