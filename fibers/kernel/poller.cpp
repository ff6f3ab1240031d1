// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/poller.hpp"

#include <event2/event.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "fibers/error.hpp"
#include "fibers/kernel/epoll_fd.hpp"
#include "fibers/kernel/poller_base.hpp"
#include "fibers/kernel/poller_registry.hpp"

namespace fibers::kernel {
namespace {

// A hinted waiter gets a real look at its descriptor no later than this, however busy the loop is.
constexpr Duration longest_unverified = std::chrono::milliseconds(10);

constexpr short edge_events = EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST;

TimePoint monotonic_now() noexcept {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
}

thread_local Poller* this_poller = nullptr;

}  // namespace

// What other threads may touch of a poller.
struct Poller::Remote {
    std::mutex mutex;                // guards closed
    std::vector<int> closed;         // numbers that other threads close
    std::vector<int> doubtful;       // numbers closed by now, perhaps after this loop began to watch them
    std::atomic<bool> any{false};    // whether there are some
    std::atomic<bool> stale{false};  // signal handlers closed others: the generations tell which
    int epoll_fd = -1;               // libevent's epoll descriptor, or -1: another method, or not found
};

void fd_closing(int fd) noexcept {
    if (fd < 0) return;
    bump_fd_generation(fd);
    if (this_poller) this_poller->forget(fd);
    if (fd_watchers(fd) == 0) return;
    PollerRegistry& registry = PollerRegistry::instance();
    const std::lock_guard lock(registry.mutex);
    for (Poller* poller : registry.pollers) {
        Poller::Remote& remote = *poller->remote_;
        // The kernel itself knows whether that loop watches the number. It must stop before the number is
        // used again.
        if (remote.epoll_fd >= 0 && ::epoll_ctl(remote.epoll_fd, EPOLL_CTL_DEL, fd, nullptr) != 0) continue;
        poller->tell(remote.closed, fd);
    }
}

void fd_closing_in_handler(int fd) noexcept {
    if (fd < 0) return;
    const int saved = errno;
    bump_fd_generation(fd);
    if (fd_watchers(fd) > 0) {
        PollerRegistry& registry = PollerRegistry::instance();
        const std::unique_lock lock(registry.mutex, std::try_to_lock);
        if (!lock && this_poller) this_poller->tell_in_handler(fd);
        if (lock) {
            for (Poller* poller : registry.pollers) poller->tell_in_handler(fd);
        }
    }
    errno = saved;
}

void fd_closed(int fd) noexcept {
    if (fd < 0 || fd_watchers(fd) == 0) return;
    const int saved = errno;
    PollerRegistry& registry = PollerRegistry::instance();
    const std::lock_guard lock(registry.mutex);
    for (Poller* poller : registry.pollers) {
        if (poller != this_poller) poller->tell(poller->remote_->doubtful, fd);
    }
    errno = saved;
}

void Poller::tell(std::vector<int>& list, int fd) noexcept {
    {
        const std::lock_guard guard(remote_->mutex);
        list.push_back(fd);
    }
    remote_->any.store(true, std::memory_order_release);
    wake();
}

void Poller::tell_in_handler(int fd) noexcept {
    if (remote_->epoll_fd >= 0) ::epoll_ctl(remote_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
    remote_->stale.store(true, std::memory_order_relaxed);
    remote_->any.store(true, std::memory_order_release);
    wake();
}

Poller::Poller(EventMethod method, event_base* base)
    : base_(base), remote_(std::make_unique<Remote>()), owns_base_(!base) {
    if (!base_ && descriptors_are_left()) base_ = make_event_base(method);
    timer_fd_ = base_ ? ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) : -1;
    wake_fd_ = base_ ? ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1;
    if (!base_ || timer_fd_ < 0 || wake_fd_ < 0) {
        const std::string why = std::strerror(errno);
        if (timer_fd_ >= 0) close_own(timer_fd_);
        if (wake_fd_ >= 0) close_own(wake_fd_);
        if (base_ && owns_base_) event_base_free(base_);
        throw ResourceError("no descriptors for an event loop (" + why + "): raise 'ulimit -n'");
    }
    edge_triggered_ = (event_base_get_features(base_) & EV_FEATURE_ET) != 0;
    const short mode = static_cast<short>(EV_READ | EV_PERSIST | (edge_triggered_ ? EV_ET : 0));
    timer_event_ = event_new(
        base_, timer_fd_, mode, [](int fd, short what, void* self) { on_timer(fd, what, self); }, this);
    wake_event_ = event_new(
        base_, wake_fd_, mode, [](int fd, short what, void* self) { on_wake(fd, what, self); }, this);
    event_add(timer_event_, nullptr);
    event_add(wake_event_, nullptr);
    if (edge_triggered_) remote_->epoll_fd = find_epoll_fd(timer_fd_);
    PollerRegistry::instance().add(*this);
}

Poller* Poller::set_current(Poller* poller) noexcept {
    return std::exchange(this_poller, poller);
}

Poller::~Poller() {
    PollerRegistry::instance().remove(*this);
    if (this_poller == this) this_poller = nullptr;
    if (!base_) return;  // abandoned after fork
    for (const auto& watch : watches_) {
        if (watch && watch->registration) unregister(*watch);
    }
    event_free(timer_event_);
    event_free(wake_event_);
    if (owns_base_) event_base_free(base_);
    close_own(timer_fd_);
    close_own(wake_fd_);
}

void Poller::abandon_after_fork() noexcept {
    // libevent's base is left as it is: freeing it would delete the parent's registrations.
    for (const int fd : {owns_base_ ? remote_->epoll_fd : -1, timer_fd_, wake_fd_}) {
        if (fd >= 0) close_own(fd);
    }
    base_ = nullptr;
    if (this_poller == this) this_poller = nullptr;
}

FdWatch* Poller::watch(int fd) noexcept {
    if (FdWatch* known = find(fd)) return known;
    if (fd < 0) return errno = EBADF, nullptr;
    forget(fd);
    if (!can_be_polled(fd)) return nullptr;
    const auto index = static_cast<std::size_t>(fd);
    try {
        if (index >= watches_.size()) watches_.resize(std::max(index + 1, watches_.size() * 2));
        if (!watches_[index]) watches_[index] = std::make_unique<FdWatch>();
    } catch (...) {
        errno = ENOMEM;
        return nullptr;
    }
    FdWatch& watch = *watches_[index];
    watch.poller = this;
    watch.counts = fd_counts(fd);
    if (!watch.counts) return errno = ENOMEM, nullptr;
    watch.generation = watch.counts->generation();
    watch.drained = watch.closed_seen = false;
    if (!register_fd(watch, fd)) return nullptr;
    // Closed by another thread that did not yet see a watcher: what is registered now may be anything.
    if (watch.is_current()) return &watch;
    forget(fd);
    return errno = EBADF, nullptr;
}

bool Poller::register_fd(FdWatch& watch, int fd) noexcept {
    const short events = edge_triggered_ ? edge_events : static_cast<short>(EV_READ);
    watch.registration = event_new(
        base_, fd, events, [](int number, short what, void* w) { on_event(number, what, w); }, &watch);
    if (!watch.registration) {
        errno = ENOMEM;
        return false;
    }
    add_fd_watcher(fd, +1);  // before the kernel knows: see fd_closed
    // Without edges the kernel is not told yet, and would not say that the file has gone meanwhile.
    if (edge_triggered_ ? event_add(watch.registration, nullptr) != 0 : !can_be_polled(fd)) {
        const int why = errno;
        unregister(watch);
        errno = why;
        return false;
    }
    return true;
}

void Poller::rearm_level(FdWatch& watch) noexcept {
    if (edge_triggered_ || !watch.registration) return;
    const int wanted = (watch.waiters[0].first ? EV_READ : 0) | (watch.waiters[1].first ? EV_WRITE : 0);
    event_del(watch.registration);
    if (wanted == 0) return;
    event_assign(
        watch.registration, base_, event_get_fd(watch.registration), static_cast<short>(wanted),
        [](int fd, short what, void* w) { on_event(fd, what, w); }, &watch);
    event_add(watch.registration, nullptr);
}

void Poller::unregister(FdWatch& watch) noexcept {
    const int fd = event_get_fd(watch.registration);
    event_free(std::exchange(watch.registration, nullptr));  // event_del included
    add_fd_watcher(fd, -1);
}

void Poller::add(FdWatch& watch, Direction direction, FdWaiter& waiter, bool hinted) noexcept {
    waiter.watch = &watch;
    waiter.direction = direction;
    waiter.hinted = hinted;
    waiter.closed = false;
    watch.waiters[static_cast<int>(direction)].push(waiter);
    ++waiting_;
    if (hinted) {
        waiter.since = last_poll_;
        waiter.hint_previous = hinted_.last;
        waiter.hint_following = nullptr;
        (hinted_.last ? hinted_.last->hint_following : hinted_.first) = &waiter;
        hinted_.last = &waiter;
    }
    rearm_level(watch);
}

void Poller::unhint(FdWaiter& waiter) noexcept {
    if (!waiter.hinted) return;
    waiter.hinted = false;
    (waiter.hint_previous ? waiter.hint_previous->hint_following : hinted_.first) = waiter.hint_following;
    (waiter.hint_following ? waiter.hint_following->hint_previous : hinted_.last) = waiter.hint_previous;
}

void Poller::unlink(FdWaiter& waiter) noexcept {
    waiter.watch->waiters[static_cast<int>(waiter.direction)].erase(waiter);
    unhint(waiter);
    waiter.watch = nullptr;
    --waiting_;
}

void Poller::take_out(FdWaiter& waiter) noexcept {
    FdWatch& watch = *waiter.watch;
    unlink(waiter);
    rearm_level(watch);
}

void Poller::notify(FdWaiter& waiter) noexcept {
    unlink(waiter);
    waiter.notify(waiter);
    awoken_ = true;
}

void Poller::on_event(int, short what, void* argument) noexcept {
    FdWatch& watch = *static_cast<FdWatch*>(argument);
    Poller& self = *watch.poller;
    if (what & EV_CLOSED) watch.closed_seen = true;
    if (what & (EV_READ | EV_CLOSED)) {
        watch.drained = false;
        self.pass_baton(watch, Direction::read);
    }
    // A peer that has shut down may also end a writer's wait: the next write tells it.
    if (what & EV_WRITE) self.pass_baton(watch, Direction::write);
    self.rearm_level(watch);
}

void Poller::on_timer(int fd, short, void* argument) noexcept {
    Poller& self = *static_cast<Poller*>(argument);
    self.timer_armed_for_ = never;
    self.awoken_ = true;
    // As an edge the expiry needs no read: setting the timer again clears it.
    std::uint64_t expirations = 0;
    if (!self.edge_triggered_) ::syscall(SYS_read, fd, &expirations, sizeof expirations);
}

void Poller::on_wake(int fd, short, void* poller) noexcept {
    static_cast<Poller*>(poller)->awoken_ = true;
    std::uint64_t count = 0;
    ::syscall(SYS_read, fd, &count, sizeof count);
}

void Poller::drop(int fd, bool closed) noexcept {
    const auto index = static_cast<std::size_t>(fd);
    if (fd < 0 || index >= watches_.size() || !watches_[index]) return;
    FdWatch& watch = *watches_[index];
    if (watch.registration) unregister(watch);
    for (FdWaiterQueue& queue : watch.waiters) {
        while (FdWaiter* waiter = queue.first) {
            waiter->closed = closed;
            notify(*waiter);
        }
    }
}

void Poller::take_remote_closes() noexcept {
    std::vector<int> closed;
    std::vector<int> doubtful;
    {
        const std::lock_guard lock(remote_->mutex);
        closed.swap(remote_->closed);
        doubtful.swap(remote_->doubtful);
        remote_->any.store(false, std::memory_order_relaxed);
    }
    for (const int fd : closed) {
        const auto index = static_cast<std::size_t>(fd);
        if (index >= watches_.size() || !watches_[index]) continue;
        // Registered anew in between: watch() has already woken the waiters of the old file.
        if (watches_[index]->generation != fd_generation(fd)) forget(fd);
    }
    // Whoever waits there tries again, and hears EBADF if the file is gone.
    for (const int fd : doubtful) drop(fd, false);
    if (!remote_->stale.exchange(false, std::memory_order_relaxed)) return;
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        const FdWatch* const watch = watches_[i].get();
        if (watch && watch->registration && !watch->is_current()) forget(static_cast<int>(i));
    }
}

// The hint is a guess. One poll(2) for all who trusted it, and those who were deceived are woken.
void Poller::verify_hinted(TimePoint parked_before) noexcept {
    constexpr std::size_t most = 256;
    pollfd look[most];
    FdWaiter* whose[most];
    while (hinted_.first && hinted_.first->since <= parked_before) {
        std::size_t count = 0;
        while (count < most && hinted_.first && hinted_.first->since <= parked_before) {
            FdWaiter& waiter = *hinted_.first;
            unhint(waiter);
            look[count] = {event_get_fd(waiter.watch->registration), POLLIN, 0};
            whose[count++] = &waiter;
        }
        const timespec at_once{};
        const long ready = ::syscall(SYS_ppoll, look, count, &at_once, nullptr, 0);
        if (ready == 0) continue;
        for (std::size_t i = 0; i < count; ++i) {
            if (ready > 0 && look[i].revents == 0) continue;  // no answer: let everybody try
            FdWaiter& waiter = *whose[i];
            waiter.watch->drained = false;
            notify(waiter);
        }
    }
}

void Poller::arm_timer(TimePoint deadline) noexcept {
    // One that fires early only makes poll() return early; so it is set only when the earliest deadline moves
    // forward.
    if (deadline >= timer_armed_for_) return;
    const auto since_boot = deadline.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = (since_boot - seconds).count();
    if (::timerfd_settime(timer_fd_, TFD_TIMER_ABSTIME, &when, nullptr) == 0) timer_armed_for_ = deadline;
}

void Poller::poll(TimePoint deadline) noexcept {
    awoken_ = false;
    if (remote_->any.load(std::memory_order_acquire)) take_remote_closes();
    bool block = deadline != TimePoint::min();
    if (block || hinted_.first) last_poll_ = monotonic_now();
    if (block && deadline <= last_poll_) block = false;
    // Before it blocks, each hinted waiter gets a real look; but mostly somebody else is ready by now, and it
    // need not.
    if (block && hinted_.first && owns_base_) {
        event_base_loop(base_, EVLOOP_ONCE | EVLOOP_NONBLOCK);
        if (awoken_) return;
    }
    if (hinted_.first) verify_hinted(block ? last_poll_ : last_poll_ - longest_unverified);
    if (awoken_) block = false;
    if (block && deadline != never) arm_timer(deadline);
    event_base_loop(base_, block ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

void Poller::wake() noexcept {
    const int saved = errno;
    const std::uint64_t one = 1;
    ::syscall(SYS_write, wake_fd_, &one, sizeof one);
    errno = saved;
}

}  // namespace fibers::kernel
