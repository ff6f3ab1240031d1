// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/lock.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"

namespace fibers {

void Lock::lock() {
    if (try_lock()) return;
    kernel::running_fiber();
    kernel::WaitQueue::Place place(waiters_, "a Lock");
    const kernel::Wake wake = waiters_.wait(place);
    if (place.granted()) pass_on();  // it was ours already when the cancellation came
    kernel::throw_if_cancelled(wake);
}

void Lock::unlock() {
    if (!locked_) throw RuntimeError("Lock is not acquired.");
    pass_on();
}

// Without ever being free in between, so that nobody can overtake.
void Lock::pass_on() noexcept {
    locked_ = waiters_.wake_one();
}

}  // namespace fibers
