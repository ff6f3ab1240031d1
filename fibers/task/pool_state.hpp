// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "fibers/kernel/wait_queue.hpp"
#include "fibers/sync/permits.hpp"
#include "fibers/task/task.hpp"

namespace fibers::detail {

// The places of a Pool and who is in it or wants to be. The pool and its tasks share it: any may die first.
class PoolState {
public:
    // Who is in it: a task, or a fiber that waits for a place for one.
    struct Member {
        const void* owner;           // the imap() that it works for, or null
        TaskRecord* task = nullptr;  // null until there is one
        bool has_place = false;      // it counts
    };

    // For that many at once. Throws std::invalid_argument if that is none.
    explicit PoolState(std::size_t size);
    PoolState(const PoolState&) = delete;
    PoolState& operator=(const PoolState&) = delete;

    std::size_t size() const noexcept { return size_; }
    Permits& places() noexcept { return places_; }
    // The running task, if it is in here; else null.
    const Member* current() const noexcept;
    // Waits until nobody is in here. Throws CancelledError, RuntimeError outside a fiber or in a task of it.
    void join();
    // Cancels the tasks of `owner`, all if that is null, and waits for them, the running one excepted, until
    // there are none. Throws CancelledError, RuntimeError outside a fiber.
    void kill(const void* owner);
    // The same for destructors: takes no cancellation; in a callback, which cannot wait, only cancels.
    void end(const void* owner) noexcept;

private:
    friend class PoolMembership;
    std::vector<Ref<FutureState>> cancel(const void* owner) const;

    const std::size_t size_;
    Permits places_;
    std::list<Member> members_;
    kernel::WaitQueue joiners_;
};

// Travels in the callable of a task of a pool, and dies with that.
class PoolMembership {
public:
    PoolMembership(std::shared_ptr<PoolState> pool, const void* owner);
    PoolMembership(PoolMembership&&) noexcept = default;
    PoolMembership& operator=(PoolMembership&&) = delete;
    ~PoolMembership();

    PoolState::Member& member() const noexcept { return *member_; }
    // Takes a place unless it has one. Suspends while there is none. Throws CancelledError, RuntimeError
    // outside a fiber.
    void take_place();

private:
    std::shared_ptr<PoolState> pool_;  // null once moved away
    std::list<PoolState::Member>::iterator member_;
};

// What a task of a pool runs.
template <class F>
struct PooledCall {
    PoolMembership membership;  // ends when all that f holds is gone
    F f;
    decltype(auto) operator()() && {
        membership.take_place();
        return std::invoke(std::move(f));
    }
};

// Makes a task of f() in a pool, which takes a place when it runs, unless it has one.
template <class F>
auto start_pooled(PoolMembership membership, F&& f, TaskOptions options, const SourceLocation& where) {
    PoolState::Member& member = membership.member();
    auto task = start_task(running_scheduler(),
                           PooledCall<std::decay_t<F>>{std::move(membership), std::forward<F>(f)},
                           std::move(options), where);
    member.task = task.state().task();
    return task;
}

}  // namespace fibers::detail
