// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/kernel/wait_queue.hpp"

namespace fibers {

// Mutual exclusion between the fibers of one loop. Fair: who waited longest is next, and nobody overtakes.
// Not recursive. Fits std::lock_guard, std::unique_lock and std::scoped_lock. For the loop's thread only.
// Nobody may wait when it dies. Source: asyncio.Lock.
class Lock {
public:
    // Takes the lock. Suspends only if another fiber has it; notices cancellation. Throws CancelledError,
    // RuntimeError if it would have to wait outside a fiber.
    void lock();
    // Takes it if it is free. Never suspends.
    bool try_lock() noexcept { return !locked_ && (locked_ = true); }
    // Hands it to who waited longest. Never suspends. Throws RuntimeError("Lock is not acquired.").
    void unlock();
    // Whether somebody has it. Never suspends.
    bool locked() const noexcept { return locked_; }

private:
    void pass_on() noexcept;

    kernel::WaitQueue waiters_;
    bool locked_ = false;
};

}  // namespace fibers
