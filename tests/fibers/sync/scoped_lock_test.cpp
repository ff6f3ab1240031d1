// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// std::scoped_lock on several of our locks: std::lock() waits for one and then tries the others, and if it
// fails steps back and waits for that one.
#include <catch2/catch.hpp>
#include <mutex>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/sync/bounded_semaphore.hpp"
#include "fibers/sync/condition.hpp"
#include "fibers/sync/lock.hpp"
#include "fibers/sync/rlock.hpp"
#include "fibers/sync/semaphore.hpp"
#include "tests/support/kernel_run.hpp"

using fibers::kernel::Fiber;

namespace {

// Fibers that take several locks, again and again, yielding inside; somebody counts the turns of the loop
// meanwhile and ends them if there are too many.
class Takers {
public:
    static constexpr int rounds = 20;

    // Takes `locks` in this order, all at once.
    template <class... Locks>
    void take(Locks&... locks) {
        const int id = static_cast<int>(fibers_.size());
        fibers_.push_back(&loop_.spawn([this, id, &locks...] {
            ++running_;
            try {
                for (int i = 0; i < rounds; ++i) {
                    const std::scoped_lock all(locks...);
                    ++taken;
                    inside_.push_back(id);
                    fibers::yield();
                    exclusive = exclusive && inside_.size() == 1;
                    inside_.pop_back();
                }
            } catch (const fibers::CancelledError&) {
                INFO("fiber " << id << " never got them");
                CHECK(false);
            }
            --running_;
        }));
    }
    // Returns how many turns it took.
    int run(int most) {
        int turns = 0;
        loop_.spawn([&] {
            do {
                fibers::yield();
            } while (running_ > 0 && ++turns < most);
            if (running_ == 0) return;
            for (Fiber* const fiber : fibers_) request_cancel(*fiber, "");
        });
        loop_.run();
        return turns;
    }

    int taken = 0;
    bool exclusive = true;

private:
    test::KernelRun loop_;
    std::vector<Fiber*> fibers_;
    std::vector<int> inside_;
    int running_ = 0;
};

template <class A, class B>
void check_opposite_orders(A& a, B& b) {
    Takers takers;
    for (int i = 0; i < 3; ++i) {
        takers.take(a, b);
        takers.take(b, a);
    }
    const int expected = 6 * Takers::rounds;
    CHECK(takers.run(4 * expected) < 4 * expected);
    CHECK(takers.taken == expected);
    CHECK(takers.exclusive);
    CHECK(a.try_lock());
    CHECK(b.try_lock());
}

}  // namespace

TEMPLATE_TEST_CASE("scoped_lock: six fibers that take two in opposite orders all get them, in few turns", "",
                   fibers::Lock, fibers::RLock, fibers::Semaphore, fibers::BoundedSemaphore,
                   fibers::Condition) {
    TestType a;
    TestType b;
    check_opposite_orders(a, b);
}

TEST_CASE("scoped_lock: locks of different kinds can be taken together, in any order") {
    fibers::Lock lock;
    fibers::RLock rlock;
    fibers::Semaphore semaphore;
    check_opposite_orders(lock, rlock);
    lock.unlock();
    check_opposite_orders(semaphore, lock);
}

TEST_CASE("scoped_lock: philosophers who take three of five in every order all eat") {
    std::vector<fibers::Lock> forks(5);
    Takers takers;
    for (std::size_t i = 0; i < 5; ++i) {
        takers.take(forks[i], forks[(i + 1) % 5], forks[(i + 2) % 5]);
        takers.take(forks[(i + 2) % 5], forks[i], forks[(i + 1) % 5]);
    }
    const int expected = 10 * Takers::rounds;
    CHECK(takers.run(4 * expected) < 4 * expected);
    CHECK(takers.taken == expected);
    CHECK(takers.exclusive);
}
