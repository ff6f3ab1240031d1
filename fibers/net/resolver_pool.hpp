// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A few threads for libc's lookups.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "fibers/kernel/park.hpp"
#include "fibers/net/resolver.hpp"

namespace fibers::net {

// Runs `work` on a thread of the pool while the fiber waits, or (ResolverMode::block) at once. False: a
// cancellation was answered and the work abandoned; if it had begun it still runs, so it must own what it
// uses. Suspends unless blocking; notices cancellation. Throws CancelledError, std::bad_alloc, ResourceError
// if there is no thread.
bool run_in_libc(std::function<void()> work, ResolverMode mode, kernel::OnCancel on_cancel);

// Whether this is one of the pool's threads.
bool on_pool_thread() noexcept;

// One piece of work, and who waits for it.
struct PoolJob : kernel::Runnable {
    PoolJob(std::function<void()> its_work, kernel::Fiber& its_fiber);
    // Nobody waits any more: what has not begun need not.
    void abandon() noexcept {
        fiber = nullptr;
        wanted.store(false, std::memory_order_relaxed);
    }
    std::function<void()> work;      // to be done
    kernel::Fiber* fiber;            // who waits; null once it does so no longer. Loop's thread only
    std::atomic<bool> wanted{true};  // somebody waits
    bool done = false;               // the loop has heard of its end
    std::exception_ptr error;        // what the work threw; set before that
    std::list<std::shared_ptr<PoolJob>>::iterator self;  // its place among the loop's
};

// The loop's end of the pool: what it waits for. Work that outlives the loop finds it gone.
class PoolDesk final : public kernel::LoopPart {
public:
    // A door that the pool's threads may knock at when the loop is gone.
    struct Door {
        std::mutex mutex;              // guards the rest
        kernel::Scheduler* scheduler;  // null: gone
    };
    explicit PoolDesk(kernel::Scheduler& scheduler);
    ~PoolDesk() override;

    const std::shared_ptr<Door>& door() const noexcept { return door_; }
    std::shared_ptr<PoolJob> add(std::function<void()> work, kernel::Fiber& fiber);
    void remove(PoolJob& job) noexcept { jobs_.erase(job.self); }

private:
    std::shared_ptr<Door> door_;
    std::list<std::shared_ptr<PoolJob>> jobs_;  // not yet heard of
};

}  // namespace fibers::net
