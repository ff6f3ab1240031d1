// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the handles of one loop share. It outlives the loop, so that a handle can say that the loop is closed.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "fibers/error_context.hpp"
#include "fibers/handle.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/loop_options.hpp"
#include "fibers/task/task_options.hpp"

namespace fibers {

class Loop;

// What set_exception_handler() takes: called on the loop's thread with the loop and what went wrong. It must
// not wait; what it throws is told to the default handler.
using ExceptionHandler = std::function<void(const Loop& loop, const ErrorContext& context)>;

// What set_task_factory() takes: called with the loop and the options of a task before it is made, which it
// may change. It must not wait.
using TaskFactory = std::function<void(const Loop& loop, TaskOptions& options)>;

namespace detail {

// Shows a task's options to its loop's task factory. Precondition: there is one. Throws what that throws.
void adapt_task(kernel::Scheduler& scheduler, TaskOptions& options);

// One loop, from new_event_loop() to close(). What other threads may call is said; the rest is the loop's
// own.
class LoopState : public std::enable_shared_from_this<LoopState> {
public:
    // Somebody who must hear that the loop is closed. Stands in its list from construction on.
    class CloseListener {
    public:
        explicit CloseListener(LoopState& loop) noexcept;
        CloseListener(const CloseListener&) = delete;
        CloseListener& operator=(const CloseListener&) = delete;
        // Called once, after removal from the list, on the closing thread. Must not throw.
        virtual void on_loop_closed() noexcept = 0;

    protected:
        ~CloseListener();

    private:
        friend class LoopState;
        LoopState* loop_;
        CloseListener* previous_ = nullptr;
        CloseListener* following_;
    };

    // Throws ResourceError, RuntimeError if the method of polling is not to be had.
    explicit LoopState(const LoopOptions& options);
    ~LoopState();
    LoopState(const LoopState&) = delete;
    LoopState& operator=(const LoopState&) = delete;

    // The loop whose scheduler it is, null for a bare one.
    static LoopState* of(kernel::Scheduler& scheduler);

    // Its scheduler. Precondition: not closed, its own thread.
    kernel::Scheduler& scheduler() const noexcept { return *scheduler_; }
    // The same with both checked. Throws RuntimeError.
    kernel::Scheduler& open() const;
    // Closed, or inherited by a forked child. Any thread.
    bool closed() const noexcept;
    // Whether this is a forked child's copy of its parent's.
    bool inherited() const noexcept;
    // Whether its run is under way. Any thread.
    bool running() const noexcept { return running_.load(std::memory_order_relaxed); }
    // Queues an item from any thread and wakes the loop; false if the loop is closed, or will never run
    // again.
    bool post(kernel::Runnable& item) noexcept;
    // Queues a callback from any thread. Throws RuntimeError("Event loop is closed").
    void post_callback(std::shared_ptr<CallbackRecord> record);
    // Queues a callback.
    void add_callback(std::shared_ptr<CallbackRecord> record) noexcept;
    // Arms a timer. Throws std::bad_alloc.
    void add_timer(std::shared_ptr<TimerRecord> record);
    void remove(TimerRecord& record) noexcept;

    // Ends it: from now on nobody can post; what is queued is dropped, uncalled. If fibers are left, their
    // frames stand in somebody's lists: then the scheduler stays in memory for ever.
    void close() noexcept;
    // Begins and ends a run on the calling thread. Throws RuntimeError if it cannot be.
    void enter();
    void leave() noexcept { running_.store(false, std::memory_order_relaxed); }

    void call_exception_handler(const ErrorContext& context) noexcept;
    static void default_exception_handler(const ErrorContext& context);

    ExceptionHandler exception_handler;  // the user's; empty: the default one
    TaskFactory task_factory;            // the user's; empty: none
    bool given_up = false;               // fibers wait that nothing ends: it will not run again
    bool ending = false;    // its tasks are being ended before it closes: no new ones from outside
    bool stopping = false;  // Loop::stop() was called

private:
    void drop_what_is_queued() noexcept;

    std::unique_ptr<kernel::Scheduler> scheduler_;
    std::mutex mutex_;  // held by posters, and while the loop closes: it guards the scheduler's end
    std::atomic<bool> closed_{false};
    std::atomic<bool> running_{false};
    std::atomic<std::thread::id> thread_;       // whose loop it is
    bool has_run_ = false;                      // then its fibers stay on its thread
    const unsigned forks_;                      // how often the process had been forked when it was made
    TimerRecord* timers_ = nullptr;             // those that wait for their time
    CloseListener* close_listeners_ = nullptr;  // newest first
};

}  // namespace detail
}  // namespace fibers
