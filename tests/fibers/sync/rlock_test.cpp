// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/rlock.hpp"

#include <catch2/catch.hpp>
#include <mutex>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using fibers::Lock;
using fibers::RLock;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

TEST_CASE("rlock: its fiber takes it again and again, others come when it was given up as often, in order") {
    test::KernelRun loop;
    RLock lock;
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            const std::unique_lock outer(lock);
            fibers::yield();
            {
                const std::scoped_lock inner(lock);
                fibers::yield();
                CHECK(lock.try_lock());
                lock.unlock();
            }
            fibers::yield();
            order.push_back(i);
            CHECK(lock.locked());
        });
    }
    loop.run();
    CHECK(order == std::vector{0, 1, 2});
    CHECK_FALSE(lock.locked());
}

TEST_CASE("rlock: only its owner may unlock it, and not too often") {
    test::KernelRun loop;
    RLock lock;
    loop.spawn([&] {
        CHECK_THROWS_WITH(lock.unlock(), "cannot release un-acquired lock");
        lock.lock();
        lock.lock();
        fibers::yield();
        lock.unlock();
        CHECK(lock.locked());
        lock.unlock();
        CHECK_THROWS_WITH(lock.unlock(), "cannot release un-acquired lock");
    });
    loop.spawn([&] {
        CHECK_FALSE(lock.try_lock());
        CHECK_THROWS_WITH(lock.unlock(), "cannot release un-acquired lock");
        CHECK(lock.locked());
    });
    loop.run();
    CHECK_FALSE(lock.locked());
}

TEST_CASE("rlock: on its way from hand to hand it is nobody's, not even who had it last") {
    test::KernelRun loop;
    RLock lock;
    std::vector<char> order;
    loop.spawn([&] {
        lock.lock();
        fibers::yield();
        lock.unlock();  // to b, which has not run yet
        CHECK_FALSE(lock.locked());
        CHECK_THROWS_AS(lock.unlock(), fibers::RuntimeError);
        const std::scoped_lock hold(lock);
        order.push_back('a');
    });
    loop.spawn([&] {
        const std::scoped_lock hold(lock);
        order.push_back('b');
    });
    loop.run();
    CHECK(order == std::vector{'b', 'a'});
}

TEST_CASE("rlock: a fiber that ended with it in hand leaves no heir, though the next has its stack") {
    test::KernelRun loop;
    RLock lock;
    const Fiber* first = nullptr;
    const Fiber* second = nullptr;
    loop.spawn([&] {
        first = fibers::kernel::this_fiber;
        lock.lock();
    });
    loop.spawn([&] {
        fibers::yield();
        loop.spawn([&] {
            second = fibers::kernel::this_fiber;
            CHECK_FALSE(lock.try_lock());
        });
    });
    loop.run();
    CHECK(first == second);  // else this shows nothing
    CHECK(lock.locked());
}

TEST_CASE("rlock: a waiter cancelled in line steps out, one cancelled with the lock in hand passes it on") {
    const bool after_hand_over = GENERATE(false, true);
    test::KernelRun loop;
    RLock lock;
    bool third_had_it = false;
    loop.spawn([&] {
        const std::scoped_lock twice(lock, lock);
        fibers::yield();
    });
    Fiber& second = loop.spawn([&] {
        CHECK_THROWS_AS(lock.lock(), fibers::CancelledError);
        CHECK_THROWS_AS(lock.unlock(), fibers::RuntimeError);
    });
    loop.spawn([&] {
        const std::scoped_lock hold(lock);
        third_had_it = true;
    });
    loop.spawn([&] {
        if (after_hand_over) fibers::yield();
        request_cancel(second, "");
    });
    loop.run();
    CHECK(third_had_it);
    CHECK_FALSE(lock.locked());
}

TEST_CASE("rlock: try_lock() takes it on its way from hand to hand, and is its owner") {
    test::KernelRun loop;
    RLock lock;
    std::vector<char> order;
    loop.spawn([&] {
        lock.lock();
        fibers::yield();
        lock.unlock();  // to b, which has not run yet
        CHECK(lock.try_lock());
        CHECK(lock.try_lock());
        fibers::yield();
        order.push_back('a');
        lock.unlock();
        CHECK(lock.locked());
        lock.unlock();
    });
    loop.spawn([&] {
        const std::scoped_lock hold(lock);
        order.push_back('b');
    });
    loop.run();
    CHECK(order == std::vector{'a', 'b'});
    CHECK_FALSE(lock.locked());
}

TEST_CASE("rlock: outside of fibers it can be taken and given up, again and again, but not waited for") {
    RLock lock;
    lock.lock();
    CHECK(lock.try_lock());
    lock.unlock();
    lock.unlock();
    CHECK_THROWS_AS(lock.unlock(), fibers::RuntimeError);
    test::KernelRun loop;
    loop.spawn([&] { lock.lock(); });
    loop.run();
    CHECK_THROWS_AS(lock.lock(), fibers::RuntimeError);
    CHECK_FALSE(lock.try_lock());
}
