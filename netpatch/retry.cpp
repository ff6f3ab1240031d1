// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/retry.hpp"

#include <exception>

#include "fibers/sleep.hpp"

namespace netpatch {

using fibers::kernel::FdWake;
using fibers::kernel::OnCancel;

fibers::TimePoint DescriptorWait::deadline() noexcept {
    if (!deadline_known_) {
        deadline_known_ = true;
        const auto limit =
            description_.time_limit[static_cast<int>(direction_)].load(std::memory_order_relaxed);
        if (limit > 0) {
            deadline_ =
                fibers::deadline_after(policy::this_fiber->scheduler.now(), std::chrono::nanoseconds(limit));
        }
    }
    return deadline_;
}

DescriptorWait::Next DescriptorWait::wait() noexcept {
    if (!policy::this_fiber) return Next::blocking;  // in a child forked in the midst of the call
    // Events that mean nothing to this call may come again and again: they must not outrun the time limit.
    if (holds_edge_ && deadline() <= policy::this_fiber->scheduler.now()) return fail_with(EAGAIN);
    const bool hinted = std::exchange(hinted_, false);
    FdWake wake{};
    try {
        wake = fibers::kernel::wait_fd(fd_, watch_, direction_, deadline(), OnCancel::answers, hinted);
    } catch (const std::exception&) {
        return fail_with(ENOMEM);
    }
    if (wake == FdWake::ready) [[likely]] {
        holds_edge_ = true;
        // Asked for after the system call, which takes long enough to fetch them.
        __builtin_prefetch(watch_, 1);
        __builtin_prefetch(&description_);
        return Next::again;
    }
    holds_edge_ = wake != FdWake::closed && wake != FdWake::not_pollable && wake != FdWake::failed;
    switch (wake) {
        case FdWake::timed_out:
            return fail_with(EAGAIN);
        case FdWake::cancelled:
            return fail_with(ECANCELED);
        case FdWake::interrupted:
            return fail_with(EINTR);
        case FdWake::closed:
            return fail_with(EBADF);
        case FdWake::not_pollable:
            return Next::blocking;
        case FdWake::ready:
        case FdWake::failed:
            break;
    }
    return Next::fail;
}

fibers::kernel::Wake sleep_until(fibers::TimePoint deadline) noexcept {
    try {
        return fibers::kernel::sleep_until(deadline, OnCancel::answers);
    } catch (const std::exception&) {
        return fibers::kernel::Wake::timed_out;  // no memory for a timer: better awake too early than never
    }
}

int sleep_error(fibers::kernel::Wake wake) noexcept {
    switch (wake) {
        case fibers::kernel::Wake::cancelled:
            return ECANCELED;
        case fibers::kernel::Wake::interrupted:
            return EINTR;
        default:
            return 0;
    }
}

}  // namespace netpatch
