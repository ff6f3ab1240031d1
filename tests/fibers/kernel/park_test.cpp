// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/kernel/wait_queue.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using namespace std::chrono_literals;
using fibers::kernel::Fiber;
using fibers::kernel::OnCancel;
using fibers::kernel::park;
using fibers::kernel::request_cancel;
using fibers::kernel::unpark;
using fibers::kernel::Wake;
using test::TestWait;

TEST_CASE("park: the first to wake a fiber decides why, later ones are told no") {
    test::KernelRun loop;
    TestWait wait;
    Wake why{};
    Fiber& sleeper = loop.spawn([&] { why = park(wait); });
    loop.spawn([&] {
        CHECK(unpark(sleeper, Wake::interrupted));
        CHECK_FALSE(unpark(sleeper, Wake::ready));
    });
    loop.run();
    CHECK(why == Wake::interrupted);
    CHECK(wait.unlinked == 1);
}

TEST_CASE("park: a deadline ends the wait, unlinks it, and one that was beaten never fires") {
    test::JumpingClock clock;
    test::KernelRun loop(&clock);
    loop.spawn([&] {
        TestWait wait;
        const auto begin = clock.now();
        CHECK(park(wait, begin + 5s) == Wake::timed_out);
        CHECK(clock.now() == begin + 5s);
        CHECK(wait.unlinked == 1);
    });
    TestWait beaten;
    Fiber& other = loop.spawn([&] { CHECK(park(beaten, clock.now() + 1h) == Wake::ready); });
    loop.spawn([&] { unpark(other); });
    loop.run();
    CHECK(loop.scheduler.timers().empty());
    CHECK(beaten.unlinked == 0);
}

TEST_CASE("park: a cancellation before the wait ends it at once, several are one delivery") {
    test::KernelRun loop;
    std::vector<Wake> wakes;
    Fiber& self = loop.spawn([&] {
        TestWait first;
        wakes.push_back(park(first));
        CHECK(first.unlinked == 1);
        wakes.push_back(fibers::kernel::give_way());
    });
    request_cancel(self, "one");
    request_cancel(self, "two");
    loop.run();
    CHECK(wakes == std::vector{Wake::cancelled, Wake::ready});
}

TEST_CASE("park: cancelled between the wake-up and the run, the wait says so and that it was granted") {
    test::KernelRun loop;
    TestWait wait;
    Fiber& sleeper = loop.spawn([&] {
        CHECK(park(wait) == Wake::cancelled);
        CHECK(wait.granted());
    });
    loop.spawn([&] {
        unpark(sleeper);
        request_cancel(sleeper, "");
    });
    loop.run();
}

TEST_CASE("park: an uncancellable wait, a shield and an unwinding stack keep the cancellation pending") {
    struct SleepsWhileUnwinding {
        ~SleepsWhileUnwinding() { fibers::sleep(1ms); }
    };
    test::JumpingClock clock;
    test::KernelRun loop(&clock);
    Fiber& sleeper = loop.spawn([&] {
        TestWait stubborn(OnCancel::ignores);
        CHECK(park(stubborn, clock.now() + 1ms) == Wake::timed_out);
        fibers::shielded([] { fibers::sleep(1ms); });
        try {
            const SleepsWhileUnwinding guard;
            throw 7;
        } catch (int) {
        }
        CHECK_THROWS_AS(fibers::yield(), fibers::CancelledError);
    });
    loop.spawn([&] { request_cancel(sleeper, "later"); });
    loop.run();
}

TEST_CASE(
    "park: a wait that answers C code leaves the cancellation to be thrown at our next suspension point") {
    test::KernelRun loop;
    Fiber& sleeper = loop.spawn([&] {
        TestWait in_c(OnCancel::answers);
        CHECK(park(in_c) == Wake::cancelled);
        TestWait again(OnCancel::answers);
        CHECK(park(again) == Wake::cancelled);  // further C calls that would wait fail at once
        std::string message;
        try {
            fibers::yield();
        } catch (const fibers::CancelledError& error) {
            message = error.message();
        }
        CHECK(message == "why");
        fibers::yield();  // delivered once
    });
    loop.spawn([&] { request_cancel(sleeper, "why"); });
    loop.run();
}

TEST_CASE("deliver_answered_cancellation: throws what was only answered, with the cause, once") {
    test::KernelRun loop;
    Fiber& sleeper = loop.spawn([&] {
        TestWait in_c(OnCancel::answers);
        park(in_c);
        bool caught = false;
        try {
            fibers::deliver_answered_cancellation(std::make_exception_ptr(5));
        } catch (const fibers::CancelledError& error) {
            caught = error.cause() != nullptr;
        }
        CHECK(caught);
        fibers::deliver_answered_cancellation();
    });
    loop.spawn([&] { request_cancel(sleeper, ""); });
    loop.run();
}

TEST_CASE("wait queue: first come, first served, who is cancelled leaves the line") {
    test::KernelRun loop;
    fibers::kernel::WaitQueue queue;
    std::vector<int> order;
    std::vector<Fiber*> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.push_back(&loop.spawn([&, i] {
            fibers::kernel::WaitQueue::Place place(queue, "its turn");
            if (queue.wait(place) == Wake::ready) order.push_back(i);
        }));
    }
    loop.spawn([&] {
        CHECK(queue.size() == 4);
        request_cancel(*waiting[1], "");
        CHECK(queue.size() == 3);
        CHECK(queue.wake_one());
        queue.wake_all();
        CHECK(queue.empty());
        CHECK_FALSE(queue.wake_one());
    });
    loop.run();
    CHECK(order == std::vector{0, 2, 3});
}

TEST_CASE("deadlock: the list names each waiting fiber, what it waits for and the user's line") {
    test::KernelRun loop;
    const auto line = std::to_string(__LINE__ + 1);
    Fiber& stuck = loop.spawn([] {
        TestWait wait;
        park(wait);
    });
    stuck.name = "stuck";
    CHECK_THROWS_WITH(loop.run(), Catch::Contains("stuck waits for a test (created at") &&
                                      Catch::Contains("park_test.cpp:" + line + ")"));
    unpark(stuck);
    loop.deadlock.clear();
    loop.run();
}
