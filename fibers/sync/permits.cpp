// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/permits.hpp"

#include "fibers/cancel.hpp"

namespace fibers::detail {

void Permits::acquire() {
    waiters_.check_loop(what_);
    if (at_once()) {
        --free_;
        return;
    }
    kernel::running_fiber();
    kernel::WaitQueue::Place place(waiters_, what_);
    kernel::Wake wake = waiters_.wait(place);
    for (;; wake = waiters_.wait_again(place)) {
        if (wake == kernel::Wake::ready || place.granted()) --called_;
        if (wake == kernel::Wake::cancelled) {
            call();  // the next, if this one might have taken it
            kernel::throw_cancelled();
        }
        if (try_acquire()) return call();  // for those that were kept waiting by this one
    }
}

void Permits::release() {
    waiters_.check_loop(what_);
    ++free_;
    call();
}

// As many as can take one.
void Permits::call() noexcept {
    while (available() > 0 && waiters_.wake_one()) ++called_;
}

}  // namespace fibers::detail
