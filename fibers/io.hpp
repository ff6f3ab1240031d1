// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Waiting for descriptors.
#pragma once

#include "fibers/clock.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/kernel/poller.hpp"

namespace fibers {

// Waits until `fd` is readable (data, a connection, end of file or an error) by the kernel's own word: looks
// before waiting and after waking. May suspend; notices cancellation. False: `timeout` passed. Throws
// CancelledError, std::system_error (EBADF: not open, or closed meanwhile), RuntimeError outside a fiber. A
// regular file is always ready. Does not touch the descriptor's flags.
bool wait_readable(int fd, Duration timeout = Duration::max());
// The same for writing.
bool wait_writable(int fd, Duration timeout = Duration::max());

namespace kernel {

// How a wait for a descriptor ended.
enum class FdWake : std::uint8_t {
    ready,         // an event, a passed baton or a checked hint: try again
    timed_out,     // the deadline passed
    cancelled,     // cancelled; if OnCancel::answers, tell the C caller ECANCELED
    interrupted,   // a signal handler ran: EINTR
    closed,        // somebody closed it: EBADF
    not_pollable,  // nobody can wait on it (a regular file): make the blocking call
    failed,        // it could not be registered; errno says why
};

// Parks the running fiber until `fd` may be ready in `direction`. The caller has just tried and got EAGAIN
// (or was told by a drained watch to skip the try: `hinted`), tries again after `ready`, and passes the baton
// once it has waited and then ends in anything but EAGAIN. `watch` is null or what Poller::find() gave, and
// says afterwards what the loop knows of `fd`. Suspends unless the answer is there already (cancelled,
// closed, not_pollable, failed).
FdWake wait_fd(int fd, FdWatch*& watch, Direction direction, TimePoint deadline, OnCancel on_cancel,
               bool hinted = false);
inline FdWake wait_fd(int fd, Direction direction, TimePoint deadline, OnCancel on_cancel) {
    FdWatch* watch = nullptr;
    return wait_fd(fd, watch, direction, deadline, on_cancel);
}

// One descriptor of several waited for at once (poll, select).
struct FdInterest {
    int fd;      // negative: ignored
    bool read;   // wait for readability
    bool write;  // wait for writability
};
// Parks until one of them may be ready. Passes every baton itself when it ends for another reason; after
// `ready` the caller looks with a real zero-time-out poll and, unless that found nothing, calls pass_baton
// for each.
FdWake wait_fds(const FdInterest* interests, std::size_t count, TimePoint deadline, OnCancel on_cancel);

// Wakes the next waiter on `fd` in that direction, if any. Never suspends.
inline void pass_baton(int fd, Direction direction) noexcept {
    if (!this_fiber) return;
    Poller& poller = this_fiber->scheduler.poller();
    if (FdWatch* const watch = poller.find(fd)) poller.pass_baton(*watch, direction);
}

}  // namespace kernel
}  // namespace fibers
