// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fibers/sync/permits.hpp"

namespace fibers {

// A count of permits. Fair: who waited longest is next, and no acquire() overtakes it.
// std::unique_lock<Semaphore> takes one and gives it back; std::scoped_lock takes one of each of several. For
// the thread of one loop only: in another one, while somebody waits, it throws RuntimeError. Nobody may wait
// when it dies. Source: asyncio.Semaphore.
class Semaphore {
public:
    // Throws std::invalid_argument if `permits` is negative.
    explicit Semaphore(std::ptrdiff_t permits = 1);

    // Takes a permit. Suspends only if there is none, or somebody is ahead; notices cancellation. Throws
    // CancelledError, RuntimeError if it would have to wait outside a fiber.
    void acquire() { permits_.acquire(); }
    // Takes one if there is one, even if it was given back for one that waits and has not run yet, who then
    // waits on in its place. Never suspends.
    bool try_acquire() noexcept { return permits_.try_acquire(); }
    // Gives one back, or makes one more; who waited longest gets it. Never suspends.
    void release() { permits_.release(); }
    // Whether acquire() would wait. Never suspends.
    bool locked() const noexcept { return !permits_.at_once(); }

    // The same, by the names that std::unique_lock calls them.
    void lock() { acquire(); }
    bool try_lock() noexcept { return try_acquire(); }
    void unlock() { release(); }

protected:
    // How many nobody has. Never suspends.
    std::ptrdiff_t permits() const noexcept { return permits_.free(); }

private:
    detail::Permits permits_;
};

}  // namespace fibers
