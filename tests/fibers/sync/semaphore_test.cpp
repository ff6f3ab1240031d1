// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/semaphore.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/task/task.hpp"
#include "tests/support/kernel_run.hpp"
#include "tests/support/virtual_run.hpp"

using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

TEST_CASE("semaphore: never more inside than permits, and the order is that of asking") {
    test::KernelRun loop;
    fibers::Semaphore semaphore(3);
    int inside = 0;
    int most = 0;
    std::vector<int> order;
    for (int i = 0; i < 10; ++i) {
        loop.spawn([&, i] {
            const std::unique_lock permit(semaphore);
            order.push_back(i);
            most = std::max(most, ++inside);
            fibers::yield();
            --inside;
        });
    }
    loop.run();
    CHECK(most == 3);
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK_FALSE(semaphore.locked());
}

TEST_CASE("semaphore: a permit given to a waiter that is then cancelled goes to the next") {
    test::KernelRun loop;
    fibers::Semaphore semaphore(0);
    bool second = false;
    Fiber& first = loop.spawn([&] { CHECK_THROWS_AS(semaphore.acquire(), fibers::CancelledError); });
    loop.spawn([&] {
        semaphore.acquire();
        second = true;
    });
    loop.spawn([&] {
        semaphore.release();
        request_cancel(first, "");
    });
    loop.run();
    CHECK(second);
    CHECK(semaphore.locked());
    CHECK_FALSE(semaphore.try_acquire());
}

TEST_CASE(
    "semaphore: try_acquire() takes permits on their way to others, who stay the first in line, in order") {
    test::KernelRun loop;
    fibers::Semaphore semaphore(0);
    std::vector<int> order;
    for (int i = 0; i < 4; ++i) {
        loop.spawn([&, i] {
            semaphore.acquire();
            order.push_back(i);
        });
    }
    loop.spawn([&] {
        semaphore.release();
        semaphore.release();
        CHECK(semaphore.locked());  // they are kept for the first two
        CHECK(semaphore.try_acquire());
        CHECK(semaphore.try_acquire());
        CHECK_FALSE(semaphore.try_acquire());
        fibers::yield();  // both find nothing
        CHECK(order.empty());
        for (int i = 0; i < 4; ++i) {
            semaphore.release();
            if (i % 2 == 0) fibers::yield();
        }
        semaphore.acquire();
        order.push_back(4);
    });
    loop.spawn([&] {
        for (int i = 0; i < 8; ++i) fibers::yield();
        semaphore.release();
    });
    loop.run();
    CHECK(order == std::vector{0, 1, 2, 3, 4});
    CHECK_FALSE(semaphore.try_acquire());
}

TEST_CASE(
    "event: set() wakes all who wait, in order, even if cleared before they run, a set event does not wait") {
    test::KernelRun loop;
    fibers::Event event;
    std::vector<int> woken;
    for (int i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            event.wait();
            woken.push_back(i);
        });
    }
    Fiber& cancelled = loop.spawn([&] { CHECK_THROWS_AS(event.wait(), fibers::CancelledError); });
    loop.spawn([&] {
        request_cancel(cancelled, "");
        event.set();
        event.wait();
        CHECK(woken.empty());
        event.clear();
        CHECK_FALSE(event.is_set());
    });
    loop.run();
    CHECK(woken == std::vector{0, 1, 2});
}

TEST_CASE("semaphore: nobody takes a free permit before those have run who were given theirs") {
    test::virtual_run([] {
        fibers::Semaphore semaphore(2);
        semaphore.acquire();
        semaphore.acquire();
        std::string order;
        const auto waiting = fibers::create_task([&] {
            semaphore.acquire();
            order += "waiting ";
        });
        fibers::yield();
        semaphore.release();
        semaphore.release();
        CHECK(semaphore.locked());
        semaphore.acquire();
        order += "newcomer";
        CHECK(order == "waiting newcomer");
        CHECK(semaphore.locked());
        semaphore.release();
        CHECK_FALSE(semaphore.locked());
    });
}

TEST_CASE("semaphore: who was given a permit and cancelled leaves it, and lets those behind go on") {
    test::virtual_run([] {
        fibers::Semaphore semaphore(1);
        semaphore.acquire();
        const auto cancelled = fibers::create_task([&] { semaphore.acquire(); });
        fibers::yield();
        semaphore.release();
        semaphore.release();
        cancelled.cancel();
        const auto first = fibers::create_task([&] { semaphore.acquire(); });
        const auto second = fibers::create_task([&] { semaphore.acquire(); });
        const auto third = fibers::create_task([&] { semaphore.acquire(); });
        fibers::sleep(std::chrono::seconds(1));
        CHECK(cancelled.cancelled());
        CHECK(first.done());
        CHECK(second.done());
        CHECK_FALSE(third.done());
        semaphore.release();
        fibers::sleep(std::chrono::seconds(1));
        CHECK(third.done());
        CHECK(semaphore.locked());
    });
}
