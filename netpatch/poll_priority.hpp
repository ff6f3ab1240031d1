// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Urgent data and the like, which libevent does not know: one private epoll for each loop, itself one
// descriptor in the loop's poller.
#pragma once

#include "fibers/kernel/scheduler.hpp"

namespace netpatch {

// While it lives, its fiber is made ready when urgent data, a peer's shutdown or an error comes to the
// descriptor, or when that is closed. Lives on the stack of a fiber around its wait; a reason to look, never
// a promise.
class PriorityWaiter : fibers::kernel::FdWaiter {
public:
    PriorityWaiter() noexcept : FdWaiter(&PriorityWaiter::on_edge) {}
    ~PriorityWaiter() { stop(); }
    PriorityWaiter(const PriorityWaiter&) = delete;
    PriorityWaiter& operator=(const PriorityWaiter&) = delete;

    // Starts to listen. False without memory or descriptors; errno says which. Never suspends.
    bool start(int fd, fibers::kernel::Fiber& fiber) noexcept;
    void stop() noexcept;

private:
    friend class PriorityPoll;
    static void on_edge(FdWaiter& waiter) noexcept;
    void hear_of_close() noexcept;
    fibers::kernel::FdWatch* watch_of_fd_ = nullptr;
    fibers::kernel::Fiber* fiber_ = nullptr;
    PriorityWaiter* previous_ = nullptr;
    PriorityWaiter* following_ = nullptr;
    int fd_ = -1;
};

}  // namespace netpatch
