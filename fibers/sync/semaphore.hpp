// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fibers/kernel/wait_queue.hpp"

namespace fibers {

// A count of permits. Fair: who waited longest is next, and nobody overtakes. std::unique_lock<Semaphore>
// takes one and gives it back. For the loop's thread only. Nobody may wait when it dies. Source:
// asyncio.Semaphore.
class Semaphore {
public:
    // Throws std::invalid_argument if `permits` is negative.
    explicit Semaphore(std::ptrdiff_t permits = 1);

    // Takes a permit. Suspends only if there is none; notices cancellation. Throws CancelledError,
    // RuntimeError if it would have to wait outside a fiber.
    void acquire();
    // Takes one if there is one. Never suspends.
    bool try_acquire() noexcept;
    // Gives one back, or makes one more; who waited longest gets it. Never suspends.
    void release() noexcept;
    // Whether acquire() would wait. Never suspends.
    bool locked() const noexcept { return permits_ == 0; }

    // The same, by the names that std::unique_lock calls them.
    void lock() { acquire(); }
    bool try_lock() noexcept { return try_acquire(); }
    void unlock() noexcept { release(); }

protected:
    // How many could be taken now. Never suspends.
    std::ptrdiff_t permits() const noexcept { return permits_; }

private:
    kernel::WaitQueue waiters_;
    std::ptrdiff_t permits_;  // 0 whenever somebody waits
};

}  // namespace fibers
