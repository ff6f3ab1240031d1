// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/condition.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"

namespace fibers {
namespace {

// Takes the lock whatever comes; a cancellation meanwhile does not cost the place in line. True if one came.
bool lock_again(Lock& lock, kernel::Fiber& self) {
    {
        const kernel::Shield shield;
        lock.lock();
    }
    return self.cancel_pending &&
           kernel::take_due_cancellation(self, kernel::OnCancel::throws) == kernel::Wake::cancelled;
}

}  // namespace

void Condition::check(bool held) {
    if (!held) throw RuntimeError("cannot wait on un-acquired lock");
}

void Condition::wait() {
    waiters_.check_loop("a Condition");
    check(locked());
    kernel::Fiber& self = kernel::running_fiber();
    kernel::WaitQueue::Place place(waiters_, "a Condition");
    lock_.unlock();
    const kernel::Wake wake = waiters_.wait(place);
    const bool notified = wake == kernel::Wake::ready || place.granted();
    const bool cancelled_late = lock_again(lock_, self);
    if (wake != kernel::Wake::cancelled && !cancelled_late) return;
    if (notified) waiters_.wake_one();
    kernel::throw_cancelled();
}

void Condition::notify(std::size_t n) {
    waiters_.check_loop("a Condition");
    if (!locked()) throw RuntimeError("cannot notify on un-acquired lock");
    while (n > 0 && waiters_.wake_one()) --n;
}

void Condition::notify_all() {
    notify(waiters_.size());
}

}  // namespace fibers
