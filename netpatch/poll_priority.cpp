// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/poll_priority.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <new>
#include <vector>

#include "fibers/kernel/park.hpp"
#include "netpatch/libc.hpp"

namespace netpatch {

using fibers::kernel::Direction;
using fibers::kernel::FdWatch;
using fibers::kernel::Fiber;
using fibers::kernel::Poller;

// The private epoll of one thread's loop. What was registered stays so until the file is closed; edges that
// come while nobody waits mean nothing, because everybody looks before waiting.
class PriorityPoll : fibers::kernel::FdWaiter {
public:
    PriorityPoll() noexcept
        : FdWaiter([](FdWaiter& self) noexcept { static_cast<PriorityPoll&>(self).on_ready(); }) {}
    ~PriorityPoll() { discard(); }

    bool add(PriorityWaiter& waiter) noexcept {
        if (pid_ != ::getpid()) discard();  // a forked child shares the parent's epoll: never touch it
        if (epoll_fd_ < 0) epoll_fd_ = ::epoll_create1(EPOLL_CLOEXEC);
        pid_ = ::getpid();
        if (epoll_fd_ < 0 || !register_fd(waiter.fd_)) return false;
        if (!first_ && !listen(waiter.fiber_->scheduler.poller())) return false;
        waiter.following_ = first_;
        if (first_) first_->previous_ = &waiter;
        first_ = &waiter;
        return true;
    }

    void remove(PriorityWaiter& waiter) noexcept {
        (waiter.previous_ ? waiter.previous_->following_ : first_) = waiter.following_;
        if (waiter.following_) waiter.following_->previous_ = waiter.previous_;
        if (!first_ && linked()) poller_->remove(*this);
    }

private:
    bool register_fd(int fd) noexcept {
        const auto index = static_cast<std::size_t>(fd);
        const std::uint32_t now = fibers::kernel::fd_generation(fd) + 1;
        try {
            if (index >= registered_.size()) registered_.resize(2 * index + 1);
        } catch (const std::bad_alloc&) {
            errno = ENOMEM;
            return false;
        }
        if (registered_[index] == now) return true;
        epoll_event event{};
        event.events = EPOLLPRI | EPOLLRDHUP | EPOLLET;
        event.data.fd = fd;
        const bool done = ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0 ||
                          (errno == EEXIST && ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event) == 0) ||
                          errno == EPERM;  // nothing ever comes to a regular file
        if (done) registered_[index] = now;
        return done;
    }

    bool listen(Poller& poller) noexcept {
        FdWatch* const watch_of_epoll = poller.watch(epoll_fd_);
        if (!watch_of_epoll) return false;
        poller_ = &poller;
        poller.add(*watch_of_epoll, Direction::read, *this);
        return true;
    }

    void on_ready() noexcept {
        std::array<epoll_event, 64> events;
        int count = 0;
        do {
            count = ::epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), 0);
            for (int i = 0; i < count; ++i) wake(events[static_cast<std::size_t>(i)].data.fd);
        } while (count == static_cast<int>(events.size()));
        if (first_) listen(*poller_);
    }

    void wake(int fd) noexcept {
        for (PriorityWaiter* waiter = first_; waiter; waiter = waiter->following_) {
            if (waiter->fd_ == fd) fibers::kernel::unpark(*waiter->fiber_);
        }
    }

    void discard() noexcept {
        if (epoll_fd_ >= 0) libc::close(epoll_fd_);
        epoll_fd_ = -1;
        first_ = nullptr;
        registered_.clear();
    }

    int epoll_fd_ = -1;
    pid_t pid_ = ::getpid();
    Poller* poller_ = nullptr;
    PriorityWaiter* first_ = nullptr;
    std::vector<std::uint32_t> registered_;  // by descriptor: its generation + 1 when it was registered
};

namespace {
thread_local PriorityPoll priority_poll;
}  // namespace

bool PriorityWaiter::start(int fd, Fiber& fiber) noexcept {
    fd_ = fd;
    fiber_ = &fiber;
    if (!priority_poll.add(*this)) {
        fiber_ = nullptr;
        return false;
    }
    hear_of_close();
    return true;
}

void PriorityWaiter::stop() noexcept {
    if (!fiber_) return;
    priority_poll.remove(*this);
    fiber_->scheduler.poller().remove(*this);
    fiber_ = nullptr;
}

// Only the readers' queue hears of a close. Where events are no edges it would also hear of everything else,
// over and over.
void PriorityWaiter::hear_of_close() noexcept {
    Poller& poller = fiber_->scheduler.poller();
    if (!poller.edge_triggered()) return;
    watch_of_fd_ = poller.watch(fd_);
    if (watch_of_fd_) poller.add(*watch_of_fd_, Direction::read, *this);
}

void PriorityWaiter::on_edge(FdWaiter& waiter) noexcept {
    auto& self = static_cast<PriorityWaiter&>(waiter);
    // Closed, or perhaps: nothing more comes from an unregistered watch, so the fiber looks for itself.
    if (self.closed || !self.watch_of_fd_->registration) {
        fibers::kernel::unpark(*self.fiber_);
        return;
    }
    // Meant for a reader: hand it on, and only then queue again, so that it does not come back.
    Poller& poller = self.fiber_->scheduler.poller();
    poller.pass_baton(*self.watch_of_fd_, Direction::read);
    poller.add(*self.watch_of_fd_, Direction::read, self);
}

}  // namespace netpatch
