// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/semaphore.hpp"

#include <stdexcept>

#include "fibers/cancel.hpp"

namespace fibers {

Semaphore::Semaphore(std::ptrdiff_t permits) : permits_(permits) {
    if (permits < 0) throw std::invalid_argument("Semaphore initial value must be >= 0");
}

bool Semaphore::try_acquire() noexcept {
    if (permits_ == 0) return false;
    --permits_;
    return true;
}

void Semaphore::acquire() {
    if (try_acquire()) return;
    kernel::running_fiber();
    kernel::WaitQueue::Place place(waiters_, "a Semaphore");
    const kernel::Wake wake = waiters_.wait(place);
    if (place.granted()) release();  // it was ours already when the cancellation came
    kernel::throw_if_cancelled(wake);
}

// Straight into the hands of who waits, so that nobody can overtake.
void Semaphore::release() noexcept {
    if (!waiters_.wake_one()) ++permits_;
}

}  // namespace fibers
