// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Debug mode's eye on each step of a loop: steps that hold everybody up, and tasks that swallow their
// cancellation.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "fibers/clock.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {

// One loop's. Reports; changes nothing.
class StepWatch final : public kernel::LoopPart, public kernel::StepObserver {
public:
    explicit StepWatch(kernel::Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    // A step that takes so long is reported. Source: asyncio's loop.slow_callback_duration.
    Duration slow_callback_duration = std::chrono::milliseconds(100);

    ~StepWatch() override { end_run(); }

    void begin_run() noexcept override;
    void end_run() noexcept override;
    void before_step(kernel::Runnable& item) noexcept override;
    void after_step() noexcept override;

private:
    void look_for_swallowed_cancellation(TaskRecord& record);
    std::string what_ran() const;

    kernel::Scheduler& scheduler_;
    bool listed_ = false;  // in the list of which loop runs where
    TimePoint began_{};
    Ref<FutureState> task_;  // that runs; null for a callback, or a fiber of the library's own
    std::string fiber_;      // that runs without a task; empty for a callback
    // Steps that tasks have made since their cancellation was delivered, by their number.
    std::unordered_map<std::uint64_t, int> steps_since_cancelled_;
};

}  // namespace fibers::detail
