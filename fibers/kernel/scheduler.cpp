// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/scheduler.hpp"

#include <pthread.h>
#include <sys/stat.h>

#include <cstdlib>
#include <memory>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/kernel/loop_threads.hpp"
#include "fibers/kernel/overflow.hpp"
#include "fibers/kernel/wait.hpp"

namespace fibers::kernel {

constinit thread_local Scheduler* this_scheduler = nullptr;
constinit thread_local Fiber* this_fiber = nullptr;

namespace {

// Counted over all loops of the process, so that a default name is unique in it.
std::atomic<std::uint64_t> last_fiber_id{0};
std::atomic<std::uint64_t> last_serial{0};
std::atomic<std::uint64_t> last_serial_before_fork{0};

// How long ready fibers may run before descriptors are looked at.
constexpr Duration longest_without_poll = std::chrono::microseconds(20);

// How often a loop that only other threads could wake looks whether there still are any.
constexpr Duration threads_looked_for_every = std::chrono::milliseconds(100);

// A child of fork runs none of its parent's fibers: the one that forked goes on as plain code of its thread.
void in_forked_child() {
    loops_in_list.store(0, std::memory_order_relaxed);
    last_serial_before_fork.store(last_serial.load(std::memory_order_relaxed), std::memory_order_relaxed);
    if (this_scheduler) this_scheduler->abandon_after_fork();
}

// pthread_exit(), pthread_cancel() and exit() inside a fiber: what the thread still runs after the fiber's
// frames, its thread-locals' destructors, is no fiber any more.
struct ThreadEnd {
    ~ThreadEnd() {
        if (this_fiber) this_scheduler->end_thread();
    }
};

// Before main(): see poller_registry.cpp.
[[maybe_unused]] const bool watches_forks = pthread_atfork(nullptr, nullptr, &in_forked_child) == 0;

// Threads of this process beside the calling one, less those that TSan's runtime keeps. Any of them may be
// about to wake us.
bool other_threads_exist() noexcept {
    constexpr unsigned own = sanitizer::tsan ? 2 : 1;
    struct stat tasks {};
    return ::stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink > 2 + own;
}

}  // namespace

std::size_t ReadyQueue::remove(Runnable& item) noexcept {
    Runnable* previous = nullptr;
    std::size_t before = 0;
    for (Runnable* at = first_; at; previous = at, at = at->next, ++before) {
        if (at != &item) continue;
        (previous ? previous->next : first_) = item.next;
        if (last_ == &item) last_ = previous;
        --size_;
        break;
    }
    return before;
}

Scheduler::Scheduler(Clock* clock, EventMethod method, event_base* base)
    : clock_(clock), serial_(last_serial.fetch_add(1, std::memory_order_relaxed) + 1), poller_(method, base) {
    install_overflow_handler();
    adopt_thread(loop_context_);
}

Scheduler::~Scheduler() {
    while (posters_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
    if (this_scheduler == this) this_scheduler = nullptr;
    remove_signal_stack();
}

void Scheduler::run(bool (*done)(void*), void (*on_deadlock)(void*), void* argument) {
    static thread_local const ThreadEnd thread_end;
    (void)thread_end;
    settle_on_thread();
    Scheduler* const outer = std::exchange(this_scheduler, this);
    Poller* const outer_poller = Poller::set_current(&poller_);
    if (observer_) observer_->begin_run();
    while (!done(argument)) {
        poll(on_deadlock, argument);
        run_batch();
        if (!abandoned_) continue;
        // In a forked child only the fiber that forked has run on. If it was not the one that done() asks
        // about, the last thread of the process has come to its end.
        if (!done(argument)) std::exit(0);
        return;
    }
    if (observer_) observer_->end_run();
    this_scheduler = outer;
    Poller::set_current(outer_poller);
}

// A loop may be made on one thread and run on another.
void Scheduler::settle_on_thread() noexcept {
    if (loop_context_.exceptions == &exception_state()) return;
    install_overflow_handler();
    adopt_thread(loop_context_);
    for (Fiber* fiber = fibers_; fiber; fiber = fiber->following) {
        fiber->context.exceptions = loop_context_.exceptions;
    }
}

void Scheduler::run_batch() noexcept {
    batch_ = ready_.size();
    while (batch_ > 0 && !ready_.empty()) {
        --batch_;
        Runnable& item = ready_.pop();
        if (observer_) [[unlikely]] {
            run_observed(item);
        } else {
            run_item(item);
        }
        if (abandoned_) return;
    }
}

void Scheduler::run_item(Runnable& item) noexcept {
    if (item.run) return item.run(item);
    auto& fiber = static_cast<Fiber&>(item);
    fiber.state = FiberState::running;
    this_fiber = &fiber;
    switch_context(loop_context_, fiber.context);
}

void Scheduler::run_observed(Runnable& item) noexcept {
    // With nothing left of the batch, who leaves comes back here instead of going on to the next fiber.
    const std::size_t left = std::exchange(batch_, 0);
    observer_->before_step(item);
    run_item(item);
    if (abandoned_) return;
    if (observer_) observer_->after_step();
    batch_ = left;
}

void Scheduler::poll(void (*on_deadlock)(void*), void* argument) {
    take_posted();
    bool threads_may_wake = false;
    if (ready_.empty() && all_waits_are_internal()) {
        threads_may_wake = other_threads_exist();
        take_posted();  // what one that has just ended left behind
        if (!threads_may_wake && ready_.empty()) on_deadlock(argument);
        if (!threads_may_wake && ready_.empty()) return;
    }
    if (!ready_.empty() && polled_just_now()) {
        if (!timers_.empty()) timers_.fire_due(now());
        return;
    }
    TimePoint deadline = ready_.empty() ? timers_.earliest() : TimePoint::min();
    if (clock_ && deadline != TimePoint::min() && deadline != never) {
        // Time of our own: look at the real world first, then jump.
        poller_.poll(TimePoint::min());
        take_posted();
        if (!ready_.empty()) {
            deadline = TimePoint::min();
        } else if (external_ > 0) {
            deadline = never;
        } else if (clock_->jump_to(deadline)) {
            deadline = TimePoint::min();
        }
    }
    // They may also end without waking anybody.
    if (threads_may_wake && deadline == never)
        deadline = std::chrono::steady_clock::now() + threads_looked_for_every;
    poller_.poll(deadline);
    take_posted();
    if (!timers_.empty()) timers_.fire_due(now());
}

// Asking the kernel after every turn of few fibers would cost more than the turn. Under a test's clock each
// turn asks.
bool Scheduler::polled_just_now() noexcept {
    if (clock_) return false;
    const TimePoint time = now();
    if (time - last_poll_ < longest_without_poll) return true;
    last_poll_ = time;
    return false;
}

bool Scheduler::all_waits_are_internal() const noexcept {
    if (!timers_.empty() || external_ > 0 || poller_.waiting() > 0 || fiber_count_ == 0) return false;
    if (poller_.shares_base() || signals_ > 0) return false;
    for (const Fiber* fiber = fibers_; fiber; fiber = fiber->following) {
        if (fiber->wait && fiber->wait->external()) return false;
    }
    return true;
}

void Scheduler::post(Runnable& item) noexcept {
    posters_.fetch_add(1, std::memory_order_relaxed);
    Runnable* head = posted_.load(std::memory_order_relaxed);
    do {
        item.next = head;
    } while (
        !posted_.compare_exchange_weak(head, &item, std::memory_order_release, std::memory_order_relaxed));
    if (!head) poller_.wake();
    posters_.fetch_sub(1, std::memory_order_release);
}

void Scheduler::take_posted() noexcept {
    if (!posted_.load(std::memory_order_relaxed)) return;
    Runnable* newest = posted_.exchange(nullptr, std::memory_order_acquire);
    Runnable* oldest = nullptr;
    while (newest) {
        Runnable* const rest = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = rest;
    }
    while (oldest) {
        Runnable& item = *oldest;
        oldest = item.next;
        ready_.push(item);
    }
}

void Scheduler::drop_ready() noexcept {
    Scheduler* const outer = std::exchange(this_scheduler, nullptr);
    for (take_posted(); !ready_.empty(); take_posted()) {
        Runnable& item = ready_.pop();
        if (item.run && item.run_if_closing) item.run(item);
    }
    this_scheduler = outer;
}

Fiber& Scheduler::make_fiber(std::size_t stack_size, const SourceLocation& where) {
    Stack& stack = stacks_.acquire(stack_size);
    auto at = reinterpret_cast<std::uintptr_t>(stack.top()) - sizeof(Fiber);
    at -= at % alignof(Fiber);
    const std::uint64_t id = last_fiber_id.fetch_add(1, std::memory_order_relaxed) + 1;
    auto* fiber = ::new (reinterpret_cast<void*>(at)) Fiber(*this, stack, id, where);
    fiber->context.exceptions = loop_context_.exceptions;
    fiber->following = fibers_;
    if (fibers_) fibers_->previous = fiber;
    fibers_ = fiber;
    ++fiber_count_;
    return *fiber;
}

void Scheduler::start(Fiber& fiber, char* top, void (*entry)(void*), void* argument) noexcept {
    prepare(fiber.context, fiber.stack.bottom, top, fiber.stack.tsan_fiber, entry, argument);
}

void Scheduler::run_at_once(Fiber& fresh) noexcept {
    Fiber* const self = this_fiber;
    fresh.state = FiberState::running;
    this_fiber = &fresh;
    if (self) {
        // The next in the queue, so that the new fiber leaves straight for it.
        self->state = FiberState::ready;
        ready_.push_front(*self);
        ++batch_;
        switch_context(self->context, fresh.context);
        return;
    }
    // A callback: with nothing left of the batch the new fiber leaves for the loop's own context, which is
    // this.
    const std::size_t batch = std::exchange(batch_, 0);
    switch_context(loop_context_, fresh.context);
    if (!abandoned_) batch_ = batch;
}

void Scheduler::discard(Fiber& fiber) noexcept {
    (fiber.previous ? fiber.previous->following : fibers_) = fiber.following;
    if (fiber.following) fiber.following->previous = fiber.previous;
    --fiber_count_;
    fiber.state = FiberState::finished;
    std::destroy_at(&fiber.cancel_message);
    std::construct_at(&fiber.cancel_message);
    stacks_.release(fiber.stack);
}

void Scheduler::finish(Fiber& fiber) noexcept {
    fiber.inherited.reset();
    fiber.parts.clear();
    fiber.inherited.reset();  // what has just died may have used it
    // Released while still running on it: nobody can take it before the switch below.
    discard(fiber);
    finish_context(fiber.context, take_next());
}

std::string Scheduler::describe_waiting() const {
    std::string text;
    const Fiber* oldest = fibers_;
    while (oldest && oldest->following) oldest = oldest->following;
    for (const Fiber* fiber = oldest; fiber; fiber = fiber->previous) {
        if (!fiber->wait) continue;
        text.append("\n  ").append(fiber->label()).append(" waits for ").append(fiber->wait->describe());
        text.append(" (created at ").append(fiber->created_at.file_name()).append(":");
        text.append(std::to_string(fiber->created_at.line())).append(")");
    }
    return text;
}

void Scheduler::end_thread() noexcept {
    sanitizer::end_thread_as(loop_context_.sanitizer_state);
    this_fiber = nullptr;
    this_scheduler = nullptr;
}

bool Scheduler::left_behind(std::uint64_t serial) noexcept {
    return serial <= last_serial_before_fork.load(std::memory_order_relaxed);
}

void Scheduler::abandon_after_fork() noexcept {
    abandoned_ = true;
    batch_ = 0;
    this_scheduler = nullptr;
    this_fiber = nullptr;
}

}  // namespace fibers::kernel
