// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <memory>
#include <new>

#include "netpatch/calls.hpp"
#include "netpatch/poll_priority.hpp"
#include "netpatch/poll_set.hpp"
#include "netpatch/retry.hpp"

namespace netpatch {
namespace {

using fibers::TimePoint;
using fibers::kernel::FdInterest;
using fibers::kernel::FdWake;
using fibers::kernel::OnCancel;

constexpr short reads = POLLIN | POLLRDNORM | POLLRDBAND;
constexpr short writes = POLLOUT | POLLWRNORM | POLLWRBAND;

// What the kernel says now, and errors we hold for it.
int look(pollfd* fds, nfds_t count, const sigset_t* mask) noexcept {
    constexpr timespec at_once{};
    const int ready = mask ? libc::ppoll(fds, count, &at_once, mask) : libc::poll(fds, count, 0);
    if (ready < 0) return ready;
    int more = 0;
    for (nfds_t i = 0; i < count; ++i) {
        const Description* const description = fd_table::find(fds[i].fd);
        if (!description || description->pending_error.load(std::memory_order_relaxed) == 0) continue;
        if (fds[i].revents == 0) ++more;
        fds[i].revents = static_cast<short>(fds[i].revents | POLLERR | (fds[i].events & (reads | writes)));
    }
    return ready + more;
}

// One descriptor while it is waited for.
struct Watched {
    PriorityWaiter priority;       // for what libevent does not report
    std::uint32_t generation = 0;  // of the number, before the wait
};

// What a wait needs for each descriptor; a few on the stack, many on the heap.
class PollSet {
public:
    PollSet(pollfd* fds, nfds_t count) noexcept : fds_(fds), count_(count) {
        if (count <= on_stack) return;
        heap_interests_.reset(new (std::nothrow) FdInterest[count]);
        heap_watched_.reset(new (std::nothrow) Watched[count]);
        interests_ = heap_interests_.get();
        watched_ = heap_watched_.get();
    }

    // False, with errno: no memory or no descriptors.
    bool prepare() noexcept {
        if (!interests_ || !watched_) return errno = ENOMEM, false;
        for (nfds_t i = 0; i < count_; ++i) {
            const pollfd& entry = fds_[i];
            const bool read = (entry.events & reads) != 0;
            const bool write = (entry.events & writes) != 0;
            interests_[i] = {entry.fd, read, write};
            if (entry.fd < 0) continue;
            watched_[i].generation = fibers::kernel::fd_generation(entry.fd);
            const bool unusual = (entry.events & POLLPRI) != 0 || !(read || write);
            if (unusual && !watched_[i].priority.start(entry.fd, *policy::this_fiber)) return false;
        }
        return true;
    }

    FdWake wait(TimePoint deadline) noexcept {
        for (;;) {
            FdWake wake = FdWake::failed;
            try {
                wake = fibers::kernel::wait_fds(interests_, count_, deadline, OnCancel::answers);
            } catch (const std::exception&) {
                errno = ENOMEM;
            }
            if (wake != FdWake::not_pollable) return wake;
            drop_what_cannot_be_waited_for();
        }
    }

    void pass_batons() noexcept {
        for (nfds_t i = 0; i < count_; ++i) {
            if (interests_[i].fd < 0) continue;
            if (interests_[i].read) fibers::kernel::pass_baton(interests_[i].fd, Direction::read);
            if (interests_[i].write) fibers::kernel::pass_baton(interests_[i].fd, Direction::write);
        }
    }

    // Marks what was closed since prepare(); how many.
    int mark_closed() noexcept {
        int closed = 0;
        for (nfds_t i = 0; i < count_; ++i) {
            fds_[i].revents = 0;
            const int fd = fds_[i].fd;
            if (fd < 0 || fibers::kernel::fd_generation(fd) == watched_[i].generation) continue;
            fds_[i].revents = POLLNVAL;
            ++closed;
        }
        return closed;
    }

private:
    static constexpr std::size_t on_stack = 8;

    // The real poll has just said that these are not ready, and nobody will tell when they are.
    void drop_what_cannot_be_waited_for() noexcept {
        for (nfds_t i = 0; i < count_; ++i) {
            FdInterest& interest = interests_[i];
            if (interest.fd < 0 || !(interest.read || interest.write)) continue;
            if (!policy::this_fiber->scheduler.poller().watch(interest.fd)) interest.fd = -1;
        }
    }

    pollfd* fds_;
    nfds_t count_;
    std::array<FdInterest, on_stack> few_interests_;
    std::array<Watched, on_stack> few_watched_;
    std::unique_ptr<FdInterest[]> heap_interests_;
    std::unique_ptr<Watched[]> heap_watched_;
    FdInterest* interests_ = few_interests_.data();
    Watched* watched_ = few_watched_.data();
};

int wait_for_one(pollfd* fds, nfds_t count, TimePoint deadline, const sigset_t* mask) noexcept {
    PollSet set(fds, count);
    if (!set.prepare()) return -1;
    for (;;) {
        const FdWake wake = set.wait(deadline);
        if (const int closed = set.mark_closed()) return closed;
        switch (wake) {
            case FdWake::ready:
                break;
            case FdWake::timed_out:
                return look(fds, count, mask);
            case FdWake::cancelled:
                return fail_with(ECANCELED);
            case FdWake::interrupted:
                return fail_with(EINTR);
            case FdWake::closed:  // by libc itself, unseen: the real poll will say so
                return look(fds, count, mask);
            case FdWake::not_pollable:
            case FdWake::failed:
                return -1;
        }
        if (const int ready = look(fds, count, mask)) {
            set.pass_batons();
            return ready;
        }
        if (deadline <= policy::this_fiber->scheduler.now()) return 0;
    }
}

}  // namespace

int poll_until(pollfd* fds, nfds_t count, TimePoint deadline, const sigset_t* mask) noexcept {
    const int ready = look(fds, count, mask);
    if (ready != 0 || deadline == TimePoint::min()) {
        policy::spend_budget();
        return ready;
    }
    return wait_for_one(fds, count, deadline, mask);
}

bool is_time(const timespec& time) noexcept {
    return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000;
}

TimePoint poll_deadline(const timespec* timeout) noexcept {
    if (!timeout) return fibers::never;
    if (timeout->tv_sec == 0 && timeout->tv_nsec == 0) return TimePoint::min();
    constexpr std::int64_t most = INT64_MAX / 1'000'000'000 - 1;
    const std::chrono::seconds seconds(std::min<std::int64_t>(timeout->tv_sec, most));
    return fibers::deadline_after(policy::this_fiber->scheduler.now(),
                                  seconds + std::chrono::nanoseconds(timeout->tv_nsec));
}

namespace calls {

int poll(pollfd* fds, nfds_t count, int timeout) {
    if (timeout < 0) return poll_until(fds, count, fibers::never, nullptr);
    const timespec time{timeout / 1000, timeout % 1000 * 1'000'000L};
    return poll_until(fds, count, poll_deadline(&time), nullptr);
}

int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
    if (timeout && !is_time(*timeout)) return fail_with(EINVAL);
    return poll_until(fds, count, poll_deadline(timeout), mask);
}

}  // namespace calls
}  // namespace netpatch
