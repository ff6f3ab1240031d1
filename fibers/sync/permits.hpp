// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fibers/kernel/wait_queue.hpp"

namespace fibers::detail {

// The count of permits that Lock and Semaphore are made of. Who waited longest is called when there is a
// permit, and takes it when it runs; until then the permit is there, kept from all who come to acquire(), but
// not from try_acquire(), for std::lock() needs that: it tries while it holds another lock, and if a lock on
// its way from hand to hand refused it, fibers that take two in opposite orders would all step back for each
// other for ever. Who was called in vain waits on where it stood.
class Permits {
public:
    // `what`: what who waits for one waits for, in words (static storage).
    Permits(std::ptrdiff_t count, const char* what) noexcept : what_(what), free_(count) {}

    // Takes one. Suspends only if there is none, or somebody is ahead; notices cancellation. Throws
    // CancelledError, RuntimeError if it would have to wait outside a fiber or fibers of another loop wait.
    void acquire();
    // Takes one if there is any. Never suspends.
    bool try_acquire() noexcept { return free_ > 0 && (--free_, true); }
    // Gives one back, or makes one more. Never suspends. Throws RuntimeError if fibers of another loop wait.
    void release();
    // How many nobody has. Never suspends.
    std::ptrdiff_t free() const noexcept { return free_; }
    // How many nobody has who was not called for one either. Never suspends.
    std::size_t available() const noexcept {
        return free_ > called_ ? static_cast<std::size_t>(free_ - called_) : 0;
    }
    // Whether acquire() would take one at once: not while somebody was called and has not run yet, so that
    // nobody overtakes. Never suspends.
    bool at_once() const noexcept { return free_ > 0 && called_ == 0; }

private:
    void call() noexcept;

    kernel::WaitQueue waiters_;
    const char* const what_;
    std::ptrdiff_t free_;
    std::ptrdiff_t called_ = 0;  // fibers that were woken to take one and have not run yet
};

}  // namespace fibers::detail
