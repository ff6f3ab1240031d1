// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Which descriptor is libevent's epoll. It offers no way to ask, but a close by another thread must take the
// number out of it at once, and a forked child must close it.
#pragma once

namespace fibers::kernel {

// The epoll descriptor of this process that watches `watched`, by the kernel's word; -1 if none or without
// /proc.
int find_epoll_fd(int watched) noexcept;

// Whether the kernel lets anybody wait on `fd`; else errno says why: EPERM (a regular file or the like),
// EBADF. Asked before libevent is, which would print a warning.
bool can_be_polled(int fd) noexcept;

// Whether libevent will find the descriptors that a loop of its needs (an epoll, a socketpair for signals):
// where it finds none it ends the process. errno says why not.
bool descriptors_are_left() noexcept;

// close() past whoever replaced it: for descriptors that nobody else was told of. Keeps errno.
void close_own(int fd) noexcept;

}  // namespace fibers::kernel
