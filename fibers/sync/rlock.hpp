// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "fibers/sync/lock.hpp"

namespace fibers {

// A Lock that the fiber which has it may take again; it is free when it was unlocked as often. The owner is
// the fiber, not the thread. Fair: who waited longest is next, and no lock() overtakes it. Fits
// std::lock_guard, std::unique_lock and, for several at once in any order, std::scoped_lock. For the thread
// of one loop only: in another one, while somebody waits, it throws RuntimeError. What runs in that thread
// outside of fibers counts as one owner. Nobody may wait when it dies. Source: gevent.lock.RLock,
// threading.RLock; asyncio has none.
class RLock {
public:
    // Takes the lock, or takes it once more. Suspends only if another fiber has it; notices cancellation.
    // Throws CancelledError, RuntimeError if it would have to wait outside a fiber.
    void lock();
    // Takes it if it is free or ours; see Lock. Never suspends.
    bool try_lock() noexcept;
    // Takes one lock() back; the last one hands it to who waited longest. Never suspends. Throws
    // RuntimeError("cannot release un-acquired lock") if it is not ours.
    void unlock();
    // Whether somebody has it. Never suspends.
    bool locked() const noexcept { return lock_.locked(); }

private:
    bool is_ours() const noexcept;
    void take() noexcept;

    Lock lock_;
    std::uint64_t owner_ = 0;  // the fiber's id, 0 outside of fibers; means nothing while depth_ is 0
    std::size_t depth_ = 0;    // how often it was taken; 0 also on its way from hand to hand
};

}  // namespace fibers
