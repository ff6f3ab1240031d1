// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/condition.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/kernel_run.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::Condition;
using fibers::Lock;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

namespace {

// Waits once, and says when it holds the lock again.
void wait_once(Condition& condition, std::vector<int>& woken, int id) {
    const std::unique_lock hold(condition);
    condition.wait();
    woken.push_back(id);
}

// What wait() throws is a CancelledError with this message, and the lock is held when it comes.
void expect_cancelled(Condition& condition, const std::string& message) {
    const std::unique_lock hold(condition);
    try {
        condition.wait();
        FAIL("not cancelled");
    } catch (const CancelledError& e) {
        CHECK(e.message() == message);
        CHECK(condition.locked());
    }
}

}  // namespace

TEST_CASE("condition: notify(n) wakes the n that waited longest, notify_all() the rest, in order") {
    test::KernelRun loop;
    Condition condition;
    std::vector<int> woken;
    for (int i = 0; i < 7; ++i) loop.spawn([&, i] { wait_once(condition, woken, i); });
    loop.spawn([&] {
        const auto notify = [&](auto how) {
            {
                const std::scoped_lock hold(condition);
                how();
                CHECK(condition.locked());  // who is notified comes when the lock is free
            }
            for (int i = 0; i < 8; ++i) fibers::yield();
        };
        notify([&] { condition.notify(); });
        CHECK(woken == std::vector{0});
        notify([&] { condition.notify(2); });
        CHECK(woken == std::vector{0, 1, 2});
        notify([&] { condition.notify(0); });
        CHECK(woken == std::vector{0, 1, 2});
        notify([&] { condition.notify_one(); });
        CHECK(woken == std::vector{0, 1, 2, 3});
        notify([&] { condition.notify_all(); });
        CHECK(woken == std::vector{0, 1, 2, 3, 4, 5, 6});
        notify([&] { condition.notify(5); });  // nobody is left
    });
    loop.run();
    CHECK_FALSE(condition.locked());
}

TEST_CASE("condition: waiting and notifying without the lock are errors, and so is waiting outside a fiber") {
    Condition condition;
    CHECK_THROWS_WITH(condition.wait(), "cannot wait on un-acquired lock");
    CHECK_THROWS_WITH(condition.wait_for([] { return false; }), "cannot wait on un-acquired lock");
    CHECK_THROWS_WITH(condition.notify(), "cannot notify on un-acquired lock");
    CHECK_THROWS_WITH(condition.notify_all(), "cannot notify on un-acquired lock");
    CHECK_THROWS_WITH(condition.unlock(), "Lock is not acquired.");
    const std::unique_lock hold(condition);
    CHECK_THROWS_AS(condition.wait(), fibers::RuntimeError);
    CHECK(condition.locked());
    CHECK_FALSE(condition.try_lock());
}

TEST_CASE("condition: wait_for() looks with the lock held after each notification and returns what it saw") {
    test::KernelRun loop;
    Condition condition;
    int value = 0;
    int looked = 0;
    int result = 0;
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        result = condition.wait_for([&] {
            CHECK(condition.locked());
            ++looked;
            return value >= 2 ? value : 0;
        });
        CHECK(condition.wait_for([] { return true; }));  // at once
    });
    loop.spawn([&] {
        for (value = 1; value < 3; ++value) {
            {
                const std::unique_lock hold(condition);
                condition.notify();
            }
            fibers::yield();
        }
    });
    loop.run();
    CHECK(result == 2);
    CHECK(looked == 3);
}

TEST_CASE("condition: what the predicate throws comes out, with the lock in the hands of its holder") {
    test::KernelRun loop;
    Condition condition;
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        bool again = false;
        CHECK_THROWS_WITH(condition.wait_for([&] {
            if (again) throw std::logic_error("predicate");
            return !(again = true);
        }),
                          "predicate");
        CHECK(condition.locked());
    });
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        condition.notify();
    });
    loop.run();
    CHECK_FALSE(condition.locked());
}

TEST_CASE(
    "condition: a cancelled wait has the lock again before it throws, though another must leave first") {
    test::KernelRun loop;
    Condition condition;
    bool other_left = false;
    Fiber& waiter = loop.spawn([&] {
        expect_cancelled(condition, "why");
        CHECK(other_left);
    });
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        request_cancel(waiter, "why");
        for (int i = 0; i < 3; ++i) fibers::yield();
        other_left = true;
    });
    loop.run();
    CHECK_FALSE(condition.locked());
}

TEST_CASE("condition: a waiter notified and cancelled in the same turn leaves the notification to the next") {
    const bool cancel_first = GENERATE(false, true);
    test::KernelRun loop;
    Condition condition;
    std::vector<int> woken;
    Fiber& first = loop.spawn([&] { expect_cancelled(condition, ""); });
    loop.spawn([&] { wait_once(condition, woken, 2); });
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        if (cancel_first) request_cancel(first, "");
        condition.notify();
        if (!cancel_first) request_cancel(first, "");
    });
    loop.run();  // a lost notification is a deadlock
    CHECK(woken == std::vector{2});
}

TEST_CASE("condition: a waiter cancelled on its way back to the lock has it, and leaves the notification") {
    test::KernelRun loop;
    Condition condition;
    std::vector<int> woken;
    Fiber& first = loop.spawn([&] { expect_cancelled(condition, "late"); });
    loop.spawn([&] { wait_once(condition, woken, 2); });
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        condition.notify();
        fibers::yield();  // the first waits for the lock now
        request_cancel(first, "early");
        request_cancel(first, "late");
        fibers::yield();
    });
    loop.run();
    CHECK(woken == std::vector{2});
}

TEST_CASE("condition: cancelled in the wait and again on the way back is one CancelledError, the later") {
    test::KernelRun loop;
    Condition condition;
    Fiber& waiter = loop.spawn([&] {
        expect_cancelled(condition, "second");
        fibers::yield();  // nothing is left over
    });
    loop.spawn([&] {
        const std::unique_lock hold(condition);
        request_cancel(waiter, "first");
        fibers::yield();
        request_cancel(waiter, "second");
    });
    loop.run();
    CHECK_FALSE(condition.locked());
}

TEST_CASE("condition: who is cancelled without having been notified wakes nobody") {
    test::KernelRun loop;
    Condition condition;
    std::vector<int> woken;
    Fiber& first = loop.spawn([&] { expect_cancelled(condition, ""); });
    loop.spawn([&] { wait_once(condition, woken, 2); });
    loop.spawn([&] {
        request_cancel(first, "");
        for (int i = 0; i < 3; ++i) fibers::yield();
        CHECK(woken.empty());
        const std::unique_lock hold(condition);
        condition.notify();
    });
    loop.run();
}

TEST_CASE("condition: a cancellation that is held off comes after the wait") {
    test::KernelRun loop;
    Condition condition;
    bool returned = false;
    Fiber& waiter = loop.spawn([&] {
        fibers::shielded([&] {
            const std::unique_lock hold(condition);
            condition.wait();
            returned = true;
        });
        CHECK_THROWS_AS(fibers::yield(), CancelledError);
    });
    loop.spawn([&] {
        request_cancel(waiter, "");
        const std::unique_lock hold(condition);
        condition.notify();
    });
    loop.run();
    CHECK(returned);
}

TEST_CASE("condition: fibers that wait hold up nobody who wants the lock, and come back in line for it") {
    test::KernelRun loop;
    Lock lock;
    Condition not_empty(lock);
    Condition not_full(lock);
    int items = 0;
    int most = 0;
    std::vector<int> taken;
    for (int consumer = 0; consumer < 3; ++consumer) {
        loop.spawn([&, consumer] {
            for (int i = 0; i < 4; ++i) {
                std::unique_lock hold(lock);
                not_empty.wait(hold, [&] { return items > 0; });
                --items;
                taken.push_back(consumer);
                not_full.notify_one();
            }
        });
    }
    loop.spawn([&] {
        for (int i = 0; i < 12; ++i) {
            std::unique_lock hold(lock);
            while (items == 2) not_full.wait(hold);
            most = std::max(most, ++items);
            not_empty.notify_one();
        }
    });
    loop.run();
    CHECK(taken.size() == 12);
    CHECK(most == 2);
    CHECK(items == 0);
    CHECK_FALSE(lock.locked());
}

TEST_CASE("condition: std::unique_lock must hold this condition or its lock") {
    test::KernelRun loop;
    Condition condition;
    Lock other;
    loop.spawn([&] {
        const std::scoped_lock both(condition, other);
        std::unique_lock<Condition> empty(condition, std::defer_lock);
        CHECK_THROWS_WITH(condition.wait(empty), "cannot wait on un-acquired lock");
        std::unique_lock wrong(other, std::adopt_lock);
        CHECK_THROWS_WITH(condition.wait(wrong), "cannot wait on un-acquired lock");
        wrong.release();
        std::unique_lock mine(condition, std::adopt_lock);
        condition.wait(mine, [] { return true; });
        mine.release();
    });
    loop.run();
    CHECK_FALSE(condition.locked());
    CHECK_FALSE(other.locked());
}

TEST_CASE(
    "condition: a wait in a timeout() ends in TimeoutError with the lock held, in the task's own scope") {
    test::virtual_run([] {
        Condition condition;
        {
            const std::unique_lock hold(condition);
            CHECK_THROWS_AS(fibers::timeout(1s, [&] { condition.wait(); }), fibers::TimeoutError);
            CHECK(condition.locked());
        }
        // the time is over while another has the lock: TimeoutError comes when it is free
        auto task = fibers::create_task([&] {
            const std::unique_lock hold(condition);
            fibers::sleep(10s);
        });
        const auto begin = fibers::kernel::running_fiber().scheduler.now();
        const std::unique_lock hold(condition);
        CHECK_THROWS_AS(fibers::timeout(1s, [&] { condition.wait(); }), fibers::TimeoutError);
        CHECK(fibers::kernel::running_fiber().scheduler.now() - begin == 10s);
        CHECK(fibers::current_task().cancelling() == 0);
    });
}
