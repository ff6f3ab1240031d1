// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <mutex>
#include <utility>

#include "fibers/kernel/wait_queue.hpp"
#include "fibers/sync/lock.hpp"

namespace fibers {

// A lock, and a line of fibers that wait, without it, for somebody to say that what it guards has changed.
// Fits std::unique_lock and std::scoped_lock itself:
//     std::unique_lock hold(condition);
//     condition.wait_for([&] { return !items.empty(); });
// A wait that shall not take for ever stands in a timeout(). First come, first notified. For the thread of
// one loop only: in another one, while somebody waits, it throws RuntimeError. Nobody may wait when it dies.
// Source: asyncio.Condition.
class Condition {
public:
    // One with a lock of its own.
    Condition() noexcept : lock_(own_lock_) {}
    // One with a lock that others use too; it must live longer.
    explicit Condition(Lock& lock) noexcept : lock_(lock) {}

    // The lock's functions. lock() suspends only if another fiber has it; notices cancellation; throws
    // CancelledError, RuntimeError if it would have to wait outside a fiber.
    void lock() { lock_.lock(); }
    // Takes the lock if it is free. Never suspends.
    bool try_lock() noexcept { return lock_.try_lock(); }
    // Hands the lock to who waited longest for it. Never suspends. Throws RuntimeError("Lock is not
    // acquired.").
    void unlock() { lock_.unlock(); }
    // Whether somebody has the lock. Never suspends.
    bool locked() const noexcept { return lock_.locked(); }

    // Gives the lock up until notified and takes it again, in line with others; look again then, for things
    // may have changed back. Always suspends; notices cancellation, but holds
    // the lock again before it throws, and leaves the notification it was given to the next. Throws
    // CancelledError, RuntimeError("cannot wait on un-acquired lock") if the lock is free, RuntimeError
    // outside a fiber.
    void wait();
    // Waits until predicate() is true, called with the lock held, and returns what it returned last. Suspends
    // unless it is true at once; else as wait(). Throws what the predicate throws, too.
    template <std::invocable Predicate>
    auto wait_for(Predicate predicate) {
        auto result = predicate();
        while (!result) {
            wait();
            result = predicate();
        }
        return result;
    }

    // wait() as std::condition_variable has it, for std::unique_lock on the condition or on its lock. Throws
    // RuntimeError("cannot wait on un-acquired lock") also if `hold` does not hold that.
    template <class Held>
    requires std::same_as<Held, Lock> || std::same_as<Held, Condition>
    void wait(std::unique_lock<Held>& hold) {
        check(hold.owns_lock() && is_mine(*hold.mutex()));
        wait();
    }
    // Waits until predicate() is true; as both of the above.
    template <class Held, std::predicate Predicate>
    requires std::same_as<Held, Lock> || std::same_as<Held, Condition>
    void wait(std::unique_lock<Held>& hold, Predicate predicate) {
        while (!predicate()) wait(hold);
    }

    // Makes the n that waited longest, or all if there are fewer, come for the lock. Never suspends. Throws
    // RuntimeError("cannot notify on un-acquired lock") if the lock is free.
    void notify(std::size_t n = 1);
    // Makes all come that wait now. Never suspends. Throws as notify().
    void notify_all();
    // notify() by the name that std::condition_variable has for it.
    void notify_one() { notify(1); }

private:
    static void check(bool held);
    bool is_mine(const Lock& lock) const noexcept { return &lock == &lock_; }
    bool is_mine(const Condition& condition) const noexcept { return &condition == this; }

    Lock own_lock_;  // free for ever if it was given one
    Lock& lock_;
    kernel::WaitQueue waiters_;
};

}  // namespace fibers
