// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/bounded_semaphore.hpp"

#include <catch2/catch.hpp>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using fibers::BoundedSemaphore;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

TEST_CASE("bounded semaphore: a permit that nobody took cannot be given back") {
    BoundedSemaphore semaphore(2);
    CHECK_THROWS_WITH(semaphore.release(), "BoundedSemaphore released too many times");
    CHECK(semaphore.try_acquire());
    CHECK(semaphore.try_acquire());
    CHECK(semaphore.locked());
    semaphore.release();
    semaphore.release();
    CHECK_THROWS_AS(semaphore.release(), std::invalid_argument);
    CHECK(semaphore.try_acquire());  // the error changed nothing
    CHECK(semaphore.try_acquire());
    CHECK_FALSE(semaphore.try_acquire());
}

TEST_CASE("bounded semaphore: one of no permits takes none back, and there is none of fewer") {
    BoundedSemaphore none(0);
    CHECK(none.locked());
    CHECK_THROWS_WITH(none.release(), "BoundedSemaphore released too many times");
    CHECK_THROWS_WITH(BoundedSemaphore(-1), "Semaphore initial value must be >= 0");
}

TEST_CASE("bounded semaphore: never more inside than permits, in the order of asking, by std::unique_lock") {
    test::KernelRun loop;
    BoundedSemaphore semaphore(2);
    int inside = 0;
    std::vector<int> order;
    for (int i = 0; i < 6; ++i) {
        loop.spawn([&, i] {
            const std::unique_lock permit(semaphore);
            CHECK(++inside <= 2);
            order.push_back(i);
            fibers::yield();
            --inside;
        });
    }
    loop.run();
    CHECK(order == std::vector{0, 1, 2, 3, 4, 5});
    CHECK_THROWS_AS(semaphore.release(), std::invalid_argument);
}

TEST_CASE("bounded semaphore: a permit whose taker is cancelled goes to the next, or back, once") {
    const bool somebody_else = GENERATE(false, true);
    const bool after_hand_over = GENERATE(false, true);
    test::KernelRun loop;
    BoundedSemaphore semaphore(1);
    bool other_had_it = false;
    semaphore.acquire();
    Fiber& cancelled = loop.spawn([&] { CHECK_THROWS_AS(semaphore.acquire(), fibers::CancelledError); });
    if (somebody_else) {
        loop.spawn([&] {
            const std::unique_lock permit(semaphore);
            other_had_it = true;
        });
    }
    loop.spawn([&] {
        if (after_hand_over) semaphore.release();
        request_cancel(cancelled, "");
        if (!after_hand_over) semaphore.release();
    });
    loop.run();
    CHECK(other_had_it == somebody_else);
    CHECK_THROWS_AS(semaphore.release(), std::invalid_argument);
    CHECK(semaphore.try_acquire());
}
