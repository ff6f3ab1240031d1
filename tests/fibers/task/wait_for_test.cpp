// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/wait_for.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::TimeoutError;
using fibers::wait_for;
using test::virtual_run;

TEST_CASE("g13: when the time is over the task has been cancelled, and that is TimeoutError's cause") {
    virtual_run([] {
        auto task = create_task([] { fibers::sleep(1h); });
        try {
            wait_for(task, 10ms);
            FAIL("no TimeoutError");
        } catch (const TimeoutError& e) {
            CHECK_THROWS_AS(std::rethrow_exception(e.cause()), CancelledError);
        }
        CHECK(task.cancelled());
        CHECK(fibers::current_task().cancelling() == 0);
    });
}

TEST_CASE("g14: with no time a callable never starts, a task is cancelled, a done one gives its result") {
    virtual_run([] {
        bool started = false;
        CHECK_THROWS_AS(wait_for([&] { started = true; }, 0s), TimeoutError);
        CHECK_FALSE(started);
        auto task = create_task([&] { started = true; });
        CHECK_THROWS_AS(wait_for(task, 0s), TimeoutError);
        CHECK_FALSE(started);
        CHECK(task.cancelled());
        auto done = create_task([] { return 4; });
        fibers::yield();
        CHECK(wait_for(done, -1s) == 4);
    });
}

TEST_CASE("g15: a task that swallows the cancellation gives its value instead of TimeoutError") {
    virtual_run([] {
        const auto stubborn = [] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
            }
            return std::string("v");
        };
        CHECK(wait_for(create_task(stubborn), 10ms) == "v");
        auto begun = create_task(stubborn);
        fibers::yield();
        CHECK(wait_for(begun, 0s) == "v");
    });
}

TEST_CASE("wait_for: in time it gives the value, moved if nobody else can read it, failures pass through") {
    virtual_run([] {
        CHECK(*wait_for(create_task([] { return std::make_unique<int>(3); }), 1s) == 3);
        CHECK(wait_for([] { return 5; }, 1s) == 5);
        CHECK(wait_for(fibers::gather([] { return 1; }, [] { return 2; }), 1s) == std::tuple(1, 2));
        CHECK_THROWS_WITH(wait_for(create_task([] { throw std::runtime_error("own"); }), 1s), "own");
        fibers::Promise<void> promise;
        auto waiting = create_task([&] { wait_for(promise.future(), 1h); });
        fibers::yield();
        promise.set_result();
        waiting.get();
    });
}

TEST_CASE("wait_for: cancelling who waits cancels what it waits for, and that is no TimeoutError") {
    virtual_run([] {
        auto inner = create_task([] { fibers::sleep(1h); });
        auto outer = create_task([inner] { wait_for(inner, 1s); });
        fibers::yield();
        outer.cancel("outside");
        CHECK(test::thrown_by([&] { outer.get(); }) == "cancelled: outside");
        CHECK(inner.cancelled());
    });
}

TEST_CASE("wait_for: with no time, a gather() that is about to hear of its tasks gives its value") {
    virtual_run([] {
        const auto task = create_task([] { return 1; });
        auto all = fibers::gather(task);
        fibers::yield();
        REQUIRE(task.done());
        REQUIRE_FALSE(all.done());
        CHECK(wait_for(std::move(all), 0s) == std::tuple(1));
    });
}

TEST_CASE(
    "wait_for: with no time, it waits for a cancelled task to end, and can itself be cancelled meanwhile") {
    virtual_run([] {
        const auto slow_to_end = create_task([] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                fibers::sleep(2s);
                throw;
            }
        });
        fibers::yield();
        const auto waiting = create_task([=] { wait_for(slow_to_end, 0s); });
        fibers::sleep(1s);
        CHECK_FALSE(waiting.done());
        waiting.cancel();
        fibers::yield();
        CHECK(waiting.cancelled());
        CHECK_FALSE(slow_to_end.done());
        fibers::sleep(2s);
        CHECK(slow_to_end.cancelled());
    });
}
