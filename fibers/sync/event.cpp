// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/event.hpp"

#include "fibers/cancel.hpp"

namespace fibers {

void Event::set() {
    waiters_.check_loop("an Event");
    set_ = true;
    waiters_.wake_all();
}

void Event::wait() {
    waiters_.check_loop("an Event");
    if (set_) return;
    kernel::running_fiber();
    kernel::WaitQueue::Place place(waiters_, "an Event");
    kernel::throw_if_cancelled(waiters_.wait(place));
}

}  // namespace fibers
