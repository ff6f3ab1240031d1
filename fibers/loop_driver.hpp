// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Running a loop: until a future is done, until stop(), until nothing is left.
#pragma once

#include <memory>
#include <string>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/loop_state.hpp"
#include "fibers/task/future_state.hpp"

namespace fibers::detail {

// Runs one loop, any number of times, on the thread that calls. Its members block the thread and throw
// RuntimeError if the loop is closed, runs already, or another one runs on this thread.
class LoopDriver {
public:
    explicit LoopDriver(std::shared_ptr<LoopState> loop) noexcept : loop_(std::move(loop)) {}

    // Until the turn after the one in which `main` ends, or stop(). `interrupts`: Ctrl-C cancels `main`.
    void run_until_done(FutureState& main, bool interrupts = false);
    // Until stop(), or a deadlock.
    void run_forever();
    // Cancels what is left, waits for it and reports its exceptions. Afterwards the loop can be closed.
    void shut_down();

    // Throws DeadlockError if nothing could run any more, once.
    void throw_deadlock();
    // Whether `main` was cancelled by Ctrl-C alone.
    bool interrupted() const noexcept { return interrupted_; }

private:
    kernel::Scheduler& scheduler() const noexcept { return loop_->scheduler(); }
    void end_what_is_left();
    template <class Done>
    void run_until(Done done);
    void on_deadlock();
    void give_up();
    bool cancel_everything();

    std::shared_ptr<LoopState> loop_;
    std::string deadlock_;      // the report, once there is one
    int deadlocks_ = 0;         // how often nothing could run
    bool interrupted_ = false;  // main ended because of Ctrl-C
};

// Reports the tasks that are left and lets go of them: they will never run again.
void abandon_tasks(kernel::Scheduler& scheduler);

}  // namespace fibers::detail
