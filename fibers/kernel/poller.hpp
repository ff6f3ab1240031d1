// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Descriptors of a loop, on libevent: one persistent edge-triggered event per descriptor, registered at the
// first wait and kept until it is closed.
//
// An event is a reason to try, never a promise, and it is given to one waiter per direction. Who was woken by
// it and then does not end in EAGAIN (success, time-out, cancellation, error) passes the baton: pass_baton()
// wakes the next. Because everybody tries before waiting and events are only taken in poll(), nothing can be
// missed between a try and a wait. Where edge triggering is not to be had (libevent's poll and select
// methods) the event is added for each wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/kernel/fd_generation.hpp"
#include "fibers/loop_options.hpp"

struct event;

namespace fibers::kernel {

struct FdWatch;
class Poller;

// Which way a descriptor is waited for.
enum class Direction : std::uint8_t {
    read = 0,   // until it may be readable (data, connection, end of file, error)
    write = 1,  // until it may be writable (space, connected, error)
};

// One party waiting for one direction of one descriptor. Part of a Wait on a fiber's stack, or of a
// callback's owner.
struct FdWaiter {
    explicit FdWaiter(void (*on_ready)(FdWaiter&) noexcept) noexcept : notify(on_ready) {}
    FdWaiter(const FdWaiter&) = delete;
    FdWaiter& operator=(const FdWaiter&) = delete;
    bool linked() const noexcept { return watch != nullptr; }

    void (*notify)(
        FdWaiter&) noexcept;   // called on the loop's stack after removal: an edge came, or the fd was closed
    FdWatch* watch = nullptr;  // of the descriptor it waits for; null while it does not
    FdWaiter* previous = nullptr;        // in the descriptor's queue
    FdWaiter* following = nullptr;       // ditto
    FdWaiter* hint_previous = nullptr;   // in the poller's queue of hinted waiters
    FdWaiter* hint_following = nullptr;  // ditto
    TimePoint since{};                   // when it was parked by the short-read hint
    Direction direction = Direction::read;
    bool hinted = false;  // parked without a try, because the last read came back short
    bool closed = false;  // the descriptor was closed while this waited, or before
};

// FIFO of FdWaiters.
struct FdWaiterQueue {
    FdWaiter* first = nullptr;
    FdWaiter* last = nullptr;

    void push(FdWaiter& waiter) noexcept {
        waiter.previous = last;
        waiter.following = nullptr;
        (last ? last->following : first) = &waiter;
        last = &waiter;
    }
    void erase(FdWaiter& waiter) noexcept {
        (waiter.previous ? waiter.previous->following : first) = waiter.following;
        (waiter.following ? waiter.following->previous : last) = waiter.previous;
    }
};

// What a loop knows of one descriptor: one cache line. Stays where it is while the loop lives.
struct alignas(64) FdWatch {
    event* registration = nullptr;     // libevent's; null while not registered
    const FdCounts* counts = nullptr;  // of the number; null while it was never registered
    std::uint32_t generation = 0;      // of the number, when it was registered
    bool drained = false;      // a read came back short and no edge since: the next read may wait at once
    bool closed_seen = false;  // EV_CLOSED was seen: the hint is off, no edge will announce the end of file
    FdWaiterQueue waiters[2];  // by Direction
    Poller* poller = nullptr;  // whose it is

    // Whether it is registered, for the file that the number has now.
    bool is_current() const noexcept { return registration && generation == counts->generation(); }
};
static_assert(sizeof(FdWatch) == 64);

// Says that the number `fd` is about to be closed or replaced: every loop forgets it and wakes its waiters
// with `closed`. Must be called before the number can be used again. Any thread, not in a signal handler;
// never suspends.
void fd_closing(int fd) noexcept;
// The same in a signal handler: takes no lock that is taken, touches no queue; the loops see to their waiters
// when they poll next. Keeps errno.
void fd_closing_in_handler(int fd) noexcept;
// Says that it has been, if fd_closing() came first: a loop of another thread may have begun to watch the
// number in between, and would wait for ever on a file that is gone. Any thread; never suspends; keeps errno.
void fd_closed(int fd) noexcept;

// The poller of one loop. All members but wake() are for the loop's thread.
class Poller {
public:
    // Makes its own event_base, or shares `base`, which others own and which must outlive it. Throws
    // ResourceError if the system gives no descriptors, RuntimeError if there is no such method.
    explicit Poller(EventMethod method = EventMethod::any, event_base* base = nullptr);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    // The watch for `fd`, registered with the kernel; null if nobody can wait on it (errno EPERM: a regular
    // file; EBADF: not open).
    FdWatch* watch(int fd) noexcept;
    // The watch for `fd` if it is registered, else null. No system call.
    FdWatch* find(int fd) const noexcept {
        const auto index = static_cast<std::size_t>(fd);
        if (index >= watches_.size()) return nullptr;
        FdWatch* const watch = watches_[index].get();
        return watch && watch->is_current() ? watch : nullptr;
    }
    // Queues `waiter` behind the others of its direction. `hinted`: it did not try; the poller will, before
    // it blocks.
    void add(FdWatch& watch, Direction direction, FdWaiter& waiter, bool hinted = false) noexcept;
    // Takes it out again; nothing happens if it is not queued.
    void remove(FdWaiter& waiter) noexcept {
        if (waiter.linked()) take_out(waiter);
    }
    // Wakes the next waiter of that direction, if any.
    void pass_baton(FdWatch& watch, Direction direction) noexcept {
        if (FdWaiter* const next = watch.waiters[static_cast<int>(direction)].first) notify(*next);
    }
    // Forgets a descriptor: wakes its waiters with `closed`, removes the registration.
    void forget(int fd) noexcept { drop(fd, true); }

    // Sets the one that this thread polls, which its closes tell at once, and returns the one before; may be
    // null.
    static Poller* set_current(Poller* poller) noexcept;
    // Takes what events there are and notifies waiters. Blocks until an event, wake() or `deadline`; a
    // deadline that has passed (or TimePoint::min()) only looks. `never` blocks for ever. Never call it from
    // a fiber.
    void poll(TimePoint deadline) noexcept;
    // Makes poll() return now or at its next call. Any thread, signal handlers too.
    void wake() noexcept;

    // Parties waiting for descriptors now.
    std::size_t waiting() const noexcept { return waiting_; }
    // Whether events are edges: false with libevent's poll and select methods.
    bool edge_triggered() const noexcept { return edge_triggered_; }
    // Whether others may have events on the base: then something may always happen.
    bool shares_base() const noexcept { return !owns_base_; }
    // libevent's base, for those who share it.
    event_base* base() const noexcept { return base_; }
    // In a forked child: closes the inherited descriptors and forgets everything, without touching the
    // parent's epoll.
    void abandon_after_fork() noexcept;

private:
    friend void fd_closing(int fd) noexcept;
    friend void fd_closing_in_handler(int fd) noexcept;
    friend void fd_closed(int fd) noexcept;
    friend struct PollerRegistry;
    struct Remote;

    static void on_event(int fd, short what, void* watch) noexcept;
    static void on_timer(int fd, short what, void* poller) noexcept;
    static void on_wake(int fd, short what, void* poller) noexcept;
    bool register_fd(FdWatch& watch, int fd) noexcept;
    void rearm_level(FdWatch& watch) noexcept;
    void unregister(FdWatch& watch) noexcept;
    void unlink(FdWaiter& waiter) noexcept;
    void take_out(FdWaiter& waiter) noexcept;
    void notify(FdWaiter& waiter) noexcept;
    void drop(int fd, bool closed) noexcept;
    void unhint(FdWaiter& waiter) noexcept;
    void arm_timer(TimePoint deadline) noexcept;
    void verify_hinted(TimePoint parked_before) noexcept;
    void take_remote_closes() noexcept;
    void tell(std::vector<int>& list, int fd) noexcept;
    void tell_in_handler(int fd) noexcept;

    event_base* base_ = nullptr;
    std::vector<std::unique_ptr<FdWatch>> watches_;  // by descriptor number
    FdWaiterQueue hinted_;                           // oldest first
    TimePoint last_poll_{};                          // when poll() was last called, as far as hints care
    std::size_t waiting_ = 0;
    std::unique_ptr<Remote> remote_;  // what other threads may touch
    TimePoint timer_armed_for_ = never;
    event* timer_event_ = nullptr;
    event* wake_event_ = nullptr;
    int timer_fd_ = -1;
    int wake_fd_ = -1;
    bool owns_base_;
    bool edge_triggered_ = false;
    bool awoken_ = false;  // whether this poll() has had an event or woken anybody
};

}  // namespace fibers::kernel
