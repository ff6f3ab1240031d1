// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/lock.hpp"

#include <catch2/catch.hpp>
#include <mutex>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

TEST_CASE("g34: three contenders that yield inside get the lock in the order they asked") {
    test::KernelRun loop;
    fibers::Lock lock;
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            const std::unique_lock hold(lock);
            fibers::yield();
            order.push_back(i);
        });
    }
    loop.run();
    CHECK(order == std::vector{0, 1, 2});
    CHECK_FALSE(lock.locked());
}

TEST_CASE("lock: no lock() overtakes those who wait, not even while it passes from hand to hand") {
    test::KernelRun loop;
    fibers::Lock lock;
    std::vector<char> order;
    loop.spawn([&] {
        lock.lock();
        fibers::yield();
        lock.unlock();  // to b, which has not run yet
        CHECK_FALSE(lock.locked());
        CHECK_THROWS_AS(lock.unlock(), fibers::RuntimeError);
        lock.lock();
        order.push_back('a');
        lock.unlock();
    });
    loop.spawn([&] {
        lock.lock();
        order.push_back('b');
        lock.unlock();
    });
    loop.run();
    CHECK(order == std::vector{'b', 'a'});
}

TEST_CASE(
    "lock: try_lock() takes it on its way from hand to hand, who waited for it stays the first in line") {
    const bool cancelled_meanwhile = GENERATE(false, true);
    test::KernelRun loop;
    fibers::Lock lock;
    std::vector<char> order;
    CHECK(lock.try_lock());
    Fiber& heir = loop.spawn([&] {
        try {
            const std::scoped_lock hold(lock);
            order.push_back('b');
        } catch (const fibers::CancelledError&) {
            order.push_back('x');
        }
    });
    for (const char name : {'c', 'd'}) {
        loop.spawn([&, name] {
            const std::scoped_lock hold(lock);
            order.push_back(name);
        });
    }
    loop.spawn([&] {
        lock.unlock();
        CHECK(lock.try_lock());
        if (cancelled_meanwhile) request_cancel(heir, "");
        CHECK_FALSE(lock.try_lock());
        fibers::yield();  // the heir finds it taken
        order.push_back('a');
        lock.unlock();
        CHECK(lock.try_lock());
        lock.unlock();  // before the heir has run again
    });
    loop.run();
    CHECK(order == (cancelled_meanwhile ? std::vector{'x', 'a', 'c', 'd'} : std::vector{'a', 'b', 'c', 'd'}));
    CHECK_FALSE(lock.locked());
}

TEST_CASE("lock: a waiter cancelled in line steps out, one cancelled with the lock in hand passes it on") {
    const bool after_hand_over = GENERATE(false, true);
    test::KernelRun loop;
    fibers::Lock lock;
    bool third_had_it = false;
    CHECK(lock.try_lock());
    Fiber& second = loop.spawn([&] { CHECK_THROWS_AS(lock.lock(), fibers::CancelledError); });
    loop.spawn([&] {
        const std::scoped_lock hold(lock);
        third_had_it = true;
    });
    loop.spawn([&] {
        if (after_hand_over) lock.unlock();
        request_cancel(second, "");
        if (!after_hand_over) lock.unlock();
    });
    loop.run();
    CHECK(third_had_it);
    CHECK_FALSE(lock.locked());
}

TEST_CASE("lock: unlocking a free one is an error, and so is waiting for one outside a fiber") {
    fibers::Lock lock;
    CHECK_THROWS_WITH(lock.unlock(), "Lock is not acquired.");
    lock.lock();
    CHECK_THROWS_AS(lock.lock(), fibers::RuntimeError);
}
