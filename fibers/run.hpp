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
#include "fibers/kernel/scheduler.hpp"
#include "fibers/loop.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// How run() runs.
struct RunOptions {
    Clock* clock = nullptr;      // what time it is; null: the monotonic clock. Must outlive run()
    std::string name = {};       // of the main task; empty: "Task-<number>"
    std::size_t stack_size = 0;  // of the main task; 0: the default
    // Debug mode: slow steps, swallowed cancellations and what was left open are reported, and handles used
    // on the wrong thread throw. Without a value: if FIBERS_DEBUG=1 is in the environment.
    std::optional<bool> debug = {};
};

namespace detail {

// One run() from its begin to its end.
class Runner {
public:
    // Throws RuntimeError on a thread whose loop runs already.
    explicit Runner(const RunOptions& options);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    kernel::Scheduler& scheduler() noexcept { return *scheduler_; }
    // Runs the loop until `main` is done, then cancels what is left and waits for it. Throws DeadlockError,
    // KeyboardInterrupt.
    void run(TaskRecord& main);

private:
    void run_main(TaskRecord& main);
    void shut_down();
    void end_what_is_left();
    template <class Done>
    void run_until(Done done);
    void on_deadlock();
    void give_up();
    bool cancel_everything();

    std::shared_ptr<LoopState> loop_;
    kernel::Scheduler* scheduler_ = nullptr;
    std::string deadlock_;      // the report, once there is one
    int deadlocks_ = 0;         // how often nothing could run
    bool interrupted_ = false;  // main ended because of Ctrl-C
    bool given_up_ = false;     // fibers wait that nothing ends
};

}  // namespace detail

// Runs f() as the main task of a new loop on this thread and returns what it returns. Then cancels the tasks
// that are left, waits for them, reports their exceptions, and closes the loop. Blocks the thread. On the
// program's main thread, while nobody else handles SIGINT, the first Ctrl-C cancels the main task, the second
// ends the program at once. Throws what f throws; KeyboardInterrupt if Ctrl-C ended it; DeadlockError, with
// the list of who waits for what, if no fiber can ever run again; RuntimeError inside another run();
// ResourceError. Source: asyncio.run.
template <std::invocable F>
decltype(auto) run(F&& f, RunOptions options = {}, SourceLocation where = SourceLocation::current()) {
    detail::Runner runner(options);
    auto main = detail::start_task(runner.scheduler(), std::forward<F>(f),
                                   TaskOptions{std::move(options.name), options.stack_size}, where);
    runner.run(*main.state().task());
    return std::move(main).result();
}

}  // namespace fibers
