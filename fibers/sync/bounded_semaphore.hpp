// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fibers/sync/semaphore.hpp"

namespace fibers {

// A Semaphore that notices when a permit is given back that nobody took. It is none, so that no Semaphore&
// gives permits back unnoticed. std::unique_lock<BoundedSemaphore> takes one and gives it back. For the
// thread of one loop only: in another one, while somebody waits, it throws RuntimeError. Nobody may wait when
// it dies. Source: asyncio.BoundedSemaphore.
class BoundedSemaphore : private Semaphore {
public:
    // Throws std::invalid_argument if `permits` is negative.
    explicit BoundedSemaphore(std::ptrdiff_t permits = 1) : Semaphore(permits), bound_(permits) {}

    // As those of Semaphore.
    using Semaphore::acquire;
    using Semaphore::lock;
    using Semaphore::locked;
    using Semaphore::try_acquire;
    using Semaphore::try_lock;
    // Gives a permit back; who waited longest gets it. Never suspends. Throws
    // std::invalid_argument("BoundedSemaphore released too many times") if all are there already.
    void release();
    // The same, by the name that std::unique_lock calls it.
    void unlock() { release(); }

private:
    const std::ptrdiff_t bound_;
};

}  // namespace fibers
