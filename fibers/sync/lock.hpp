// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/sync/permits.hpp"

namespace fibers {

// Mutual exclusion between the fibers of one loop. Fair: who waited longest is next, and no lock() overtakes
// it. Not recursive. Fits std::lock_guard, std::unique_lock and, for several at once in any order,
// std::scoped_lock. For the thread of one loop only: in another one, while somebody waits, it throws
// RuntimeError. Nobody may wait when it dies. Source: asyncio.Lock.
class Lock {
public:
    // Takes the lock. Suspends only if another fiber has it; notices cancellation. Throws CancelledError,
    // RuntimeError if it would have to wait outside a fiber.
    void lock() { permit_.acquire(); }
    // Takes it if nobody has it, even if it was given up for one that waits and has not run yet, who then
    // waits on in its place. Never suspends.
    bool try_lock() noexcept { return permit_.try_acquire(); }
    // Gives it up for who waited longest. Never suspends. Throws RuntimeError("Lock is not acquired.").
    void unlock();
    // Whether somebody has it. Never suspends.
    bool locked() const noexcept { return permit_.free() == 0; }

private:
    detail::Permits permit_{1, "a Lock"};
};

}  // namespace fibers
