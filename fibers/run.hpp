// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The way in.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/loop.hpp"
#include "fibers/loop_driver.hpp"
#include "fibers/loop_options.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/task.hpp"

namespace fibers {
namespace detail {

// Throws RuntimeError if a loop runs on this thread; `called` is what cannot be, `loop` what it was called
// on.
void check_no_running_loop(const char* called, const LoopState* loop = nullptr);
// Makes the calling thread the loop's, before the first task is made for a run. Throws RuntimeError if it
// cannot be.
void settle(LoopState& loop);
// Runs until `main` is done. Throws DeadlockError, RuntimeError.
void run_until_complete(LoopDriver& driver, FutureState& main);

}  // namespace detail

// How run() runs.
struct RunOptions {
    Clock* clock = nullptr;                 // what time it is; null: the monotonic clock. Must outlive run()
    std::string name = {};                  // of the main task; empty: "Task-<number>"
    std::size_t stack_size = 0;             // of the main task; 0: the default
    EventMethod method = EventMethod::any;  // see LoopOptions
    event_base* base = nullptr;             // see LoopOptions
    // Debug mode: slow steps, swallowed cancellations and what was left open are reported, and handles used
    // on the wrong thread throw. Without a value: if FIBERS_DEBUG=1 is in the environment.
    std::optional<bool> debug = {};
};

// Runs f() as the main task of a new loop on this thread and returns what it returns. Then cancels the tasks
// that are left, waits for them, reports their exceptions, and closes the loop. Blocks the thread. On the
// program's main thread, while nobody else handles SIGINT, the first Ctrl-C cancels the main task, the second
// ends the program at once. Throws what f throws; KeyboardInterrupt if Ctrl-C ended it; DeadlockError, with
// the list of who waits for what, if no fiber can ever run again; RuntimeError inside another run();
// ResourceError. Source: asyncio.run.
template <std::invocable F>
decltype(auto) run(F&& f, RunOptions options = {}, SourceLocation where = SourceLocation::current());

// Several run()s on one loop: tasks that one leaves go on in the next. Belongs to one thread. Source:
// asyncio.Runner.
class Runner {
public:
    // Makes its loop. Never suspends. Throws ResourceError, RuntimeError if the method of polling is not to
    // be had.
    explicit Runner(RunOptions options = {});
    // close(), unless that was called. Inside another loop it cannot: then the tasks left are reported and
    // lost.
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    // Runs f() as a task of the loop and returns what it returns; other tasks run meanwhile and wait
    // afterwards. Blocks the thread. Ctrl-C is as for run(). Throws what f throws; KeyboardInterrupt;
    // DeadlockError; RuntimeError inside a running loop, or "Runner is closed". Source: Runner.run.
    template <std::invocable F>
    decltype(auto) run(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) {
        auto main = start(std::forward<F>(f), std::move(options), where);
        complete(main.state());
        check(main.state());
        return std::move(main).result();
    }
    // The loop. Never suspends. Throws RuntimeError("Runner is closed"). Source: Runner.get_loop.
    Loop get_loop() const;
    // Cancels the tasks that are left, waits for them, reports their exceptions and closes the loop. Blocks
    // the thread. Nothing happens the second time. Throws RuntimeError inside a running loop. Source:
    // Runner.close.
    void close();

private:
    template <std::invocable F>
    friend decltype(auto) run(F&& f, RunOptions options, SourceLocation where);

    template <class F>
    auto start(F&& f, TaskOptions options, const SourceLocation& where) {
        check_can_run();
        if (options.name.empty()) options.name = options_.name;
        if (options.stack_size == 0) options.stack_size = options_.stack_size;
        return detail::start_task(loop_.state().open(), std::forward<F>(f), std::move(options), where);
    }
    void check_can_run() const;
    void complete(detail::FutureState& main);
    void check(detail::FutureState& main);

    RunOptions options_;
    Loop loop_;
    detail::LoopDriver driver_;
};

// A loop of one's own, for who wants to run it by hand; nearly everybody wants run(). Close it when it has
// done its work. Never suspends. Throws ResourceError, RuntimeError if the method of polling is not to be
// had. Source: asyncio.new_event_loop.
Loop new_event_loop(LoopOptions options = {});

template <std::invocable F>
decltype(auto) run(F&& f, RunOptions options, SourceLocation where) {
    detail::check_no_running_loop("fibers::run()");
    Runner runner(std::move(options));
    auto main = runner.start(std::forward<F>(f), {}, where);
    runner.complete(main.state());
    runner.close();
    runner.check(main.state());
    return std::move(main).result();
}

template <std::invocable F>
decltype(auto) Loop::run_until_complete(F&& f, SourceLocation where) const {
    detail::check_no_running_loop("Loop::run_until_complete()", state_.get());
    detail::settle(*state_);
    return run_until_complete(create_task(std::forward<F>(f), {}, where));
}

template <detail::FutureLike X>
decltype(auto) Loop::run_until_complete(X&& future) const {
    detail::check_no_running_loop("Loop::run_until_complete()", state_.get());
    detail::LoopDriver driver(state_);
    detail::run_until_complete(driver, future.state());
    return std::forward<X>(future).result();
}

template <std::invocable F>
auto Loop::create_task(F&& f, TaskOptions options, SourceLocation where) const {
    return detail::start_task(state_->open(), std::forward<F>(f), std::move(options), where);
}

}  // namespace fibers
