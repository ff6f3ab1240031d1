// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Waiting for one of several descriptors as poll(2) does, for poll and select alike.
#pragma once

#include <poll.h>
#include <signal.h>

#include "fibers/clock.hpp"

namespace netpatch {

// poll() in a fiber, until `deadline` (`never`: for ever; TimePoint::min(): only looks). The kernel's own
// word is asked before waiting and after waking. Returns how many are ready, 0 at the deadline, -1 with
// errno. May suspend; a cancellation gives ECANCELED. A descriptor that is closed meanwhile shows POLLNVAL.
// `mask`: as in ppoll, or null; it holds while the kernel is asked, not while the fiber waits.
int poll_until(pollfd* fds, nfds_t count, fibers::TimePoint deadline, const sigset_t* mask) noexcept;

// `timeout` from now, as the deadline of a wait.
fibers::TimePoint poll_deadline(const timespec* timeout) noexcept;
bool is_time(const timespec& time) noexcept;

}  // namespace netpatch
