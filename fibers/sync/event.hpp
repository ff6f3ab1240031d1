// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/kernel/wait_queue.hpp"

namespace fibers {

// A flag that fibers wait for. False at first. For the thread of one loop only: in another one, while
// somebody waits, it throws RuntimeError. Nobody may wait when it dies. Source: asyncio.Event.
class Event {
public:
    // Sets the flag and makes all who wait ready, in the order they came. Never suspends.
    void set();
    // Lowers the flag; who was made ready by set() still returns from wait(). Never suspends.
    void clear() noexcept { set_ = false; }
    // Whether the flag is set. Never suspends.
    bool is_set() const noexcept { return set_; }
    // Waits for the next set(). Suspends unless the flag is set; notices cancellation. Throws CancelledError,
    // RuntimeError if it would have to wait outside a fiber.
    void wait();

private:
    kernel::WaitQueue waiters_;
    bool set_ = false;
};

}  // namespace fibers
