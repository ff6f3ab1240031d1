// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop_state.hpp"

#include <pthread.h>

#include <vector>

#include "fibers/error.hpp"
#include "fibers/loop.hpp"
#include "fibers/loop_fds.hpp"
#include "fibers/loop_signals.hpp"
#include "fibers/report.hpp"

namespace fibers::detail {
namespace {

// A forked child has none of its parent's loops, and one of their mutexes may be locked by a thread it does
// not have.
std::atomic<unsigned> forks{0};
// Before main(): see poller_registry.cpp.
[[maybe_unused]] const bool counts_forks =
    ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); }) == 0;

// Leads from a scheduler to its loop.
struct LoopLink final : kernel::LoopPart {
    explicit LoopLink(kernel::Scheduler&) noexcept {}
    LoopState* state = nullptr;  // whose it is; null for a bare scheduler
};

// Loops that must not be taken down: their fibers' frames still stand in somebody's lists. Kept for ever.
void keep_for_ever(std::unique_ptr<kernel::Scheduler> scheduler) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<std::unique_ptr<kernel::Scheduler>>;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(scheduler));
}

[[noreturn]] void throw_closed() {
    throw RuntimeError("Event loop is closed");
}

}  // namespace

void adapt_task(kernel::Scheduler& scheduler, TaskOptions& options) {
    LoopState& loop = *LoopState::of(scheduler);
    const TaskFactory factory = loop.task_factory;  // which may set another one
    factory(Loop(loop.shared_from_this()), options);
}

LoopState::CloseListener::CloseListener(LoopState& loop) noexcept
    : loop_(&loop), following_(loop.close_listeners_) {
    if (following_) following_->previous_ = this;
    loop.close_listeners_ = this;
}

LoopState::CloseListener::~CloseListener() {
    if (!loop_) return;
    (previous_ ? previous_->following_ : loop_->close_listeners_) = following_;
    if (following_) following_->previous_ = previous_;
}

LoopState::LoopState(const LoopOptions& options)
    : scheduler_(std::make_unique<kernel::Scheduler>(options.clock, options.method, options.base)),
      thread_(std::this_thread::get_id()),
      forks_(forks.load(std::memory_order_relaxed)) {
    scheduler_->part<LoopLink>().state = this;
}

LoopState::~LoopState() {
    if (!scheduler_) return;
    if (!inherited()) report("unclosed event loop: call Loop::close()");
    close();
}

bool LoopState::inherited() const noexcept {
    return forks.load(std::memory_order_relaxed) != forks_;
}

bool LoopState::closed() const noexcept {
    return closed_.load(std::memory_order_acquire) || inherited();
}

LoopState* LoopState::of(kernel::Scheduler& scheduler) {
    return scheduler.part<LoopLink>().state;
}

kernel::Scheduler& LoopState::open() const {
    if (closed()) throw_closed();
    if (thread_.load(std::memory_order_relaxed) != std::this_thread::get_id()) {
        throw RuntimeError(
            "Non-thread-safe operation invoked on an event loop other than the current one: other threads "
            "use "
            "call_soon_threadsafe() or run_threadsafe()");
    }
    return *scheduler_;
}

bool LoopState::post(kernel::Runnable& item) noexcept {
    if (closed()) return false;
    const std::lock_guard lock(mutex_);
    if (closed()) return false;
    scheduler_->post(item);
    return true;
}

void LoopState::post_callback(std::shared_ptr<CallbackRecord> record) {
    CallbackRecord& item = *record;
    item.self = std::move(record);
    if (post(item)) return;
    const auto dropped = std::move(item.self);
    throw_closed();
}

void LoopState::add_callback(std::shared_ptr<CallbackRecord> record) noexcept {
    CallbackRecord& item = *record;
    item.self = std::move(record);
    scheduler_->make_ready(item);
}

void LoopState::add_timer(std::shared_ptr<TimerRecord> record) {
    TimerRecord& item = *record;
    scheduler_->timers().add(item, item.due);
    item.following_ = timers_;
    if (timers_) timers_->previous_ = &item;
    timers_ = &item;
    item.self = std::move(record);
}

void LoopState::remove(TimerRecord& record) noexcept {
    if (record.armed()) scheduler_->timers().remove(record);
    if (!record.self) return;  // it never was in the list
    (record.previous_ ? record.previous_->following_ : timers_) = record.following_;
    if (record.following_) record.following_->previous_ = record.previous_;
}

void LoopState::drop_what_is_queued() noexcept {
    while (timers_) timers_->cancel();
    scheduler_->drop_ready();
}

void LoopState::close() noexcept {
    if (inherited()) return keep_for_ever(std::move(scheduler_));
    {
        const std::lock_guard lock(mutex_);
        closed_.store(true, std::memory_order_release);
    }
    while (CloseListener* const listener = close_listeners_) {
        close_listeners_ = listener->following_;
        if (close_listeners_) close_listeners_->previous_ = nullptr;
        listener->loop_ = nullptr;
        listener->on_loop_closed();
    }
    drop_what_is_queued();
    exception_handler = nullptr;
    task_factory = nullptr;
    scheduler_->part<LoopLink>().state = nullptr;
    scheduler_->part<SignalCallbacks>().clear();
    scheduler_->part<FdCallbacks>().clear();
    if (given_up || scheduler_->fiber_count() > 0) return keep_for_ever(std::move(scheduler_));
    scheduler_.reset();
}

void LoopState::enter() {
    if (closed()) throw_closed();
    if (running()) throw RuntimeError("This event loop is already running");
    if (kernel::this_scheduler) {
        throw RuntimeError(
            "Cannot run the event loop while another loop is running: you are in it already, just call the "
            "function");
    }
    const auto here = std::this_thread::get_id();
    if (has_run_ && thread_.load(std::memory_order_relaxed) != here && scheduler_->fiber_count() > 0) {
        throw RuntimeError("This event loop has tasks on another thread, which they cannot leave");
    }
    if (running_.exchange(true)) throw RuntimeError("This event loop is already running");
    thread_.store(here, std::memory_order_relaxed);
    has_run_ = true;
}

void LoopState::call_exception_handler(const ErrorContext& context) noexcept {
    try {
        if (!exception_handler) return default_exception_handler(context);
        try {
            const ExceptionHandler handler = exception_handler;  // which may set another one
            return handler(Loop(shared_from_this()), context);
        } catch (...) {
            default_exception_handler({"Unhandled error in exception handler", std::current_exception()});
        }
    } catch (...) {
        report("Exception in default exception handler");
    }
}

void LoopState::default_exception_handler(const ErrorContext& context) {
    report(describe(context));
}

}  // namespace fibers::detail
