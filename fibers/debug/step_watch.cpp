// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/debug/step_watch.hpp"

#include <cstdio>
#include <utility>

#include "fibers/kernel/loop_threads.hpp"
#include "fibers/report.hpp"

namespace fibers::detail {
namespace {

// Clean-up after a cancellation may take a while; one that takes so many steps looks like a loop that catches
// everything.
constexpr int most_clean_up_steps = 1000;

std::string seconds_text(Duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f seconds", std::chrono::duration<double>(d).count());
    return text;
}

}  // namespace

void StepWatch::begin_run() noexcept {
    if (!std::exchange(listed_, true)) kernel::list_loop(scheduler_.serial());
}

void StepWatch::end_run() noexcept {
    if (std::exchange(listed_, false)) kernel::unlist_loop(scheduler_.serial());
}

void StepWatch::before_step(kernel::Runnable& item) noexcept {
    began_ = scheduler_.now();
    if (item.run) return;
    const auto& fiber = static_cast<const kernel::Fiber&>(item);
    if (auto* const record = static_cast<TaskRecord*>(fiber.task)) {
        task_ = Ref<FutureState>(&record->future);
    } else {
        fiber_ = fiber.label();
    }
}

void StepWatch::after_step() noexcept {
    const Duration took = scheduler_.now() - began_;
    if (took >= slow_callback_duration) report("Executing " + what_ran() + " took " + seconds_text(took));
    if (task_) look_for_swallowed_cancellation(*task_->task());
    task_ = {};
    fiber_.clear();
}

std::string StepWatch::what_ran() const {
    if (task_) return describe(*task_);
    return fiber_.empty() ? "a callback" : "<Fiber " + fiber_ + ">";
}

void StepWatch::look_for_swallowed_cancellation(TaskRecord& record) {
    const auto forget = [&] { steps_since_cancelled_.erase(record.id); };
    if (record.cancelling() == 0) return forget();
    if (record.fiber) {
        if (record.fiber->cancel_pending || record.fiber->cancel_answered) return;
        if (++steps_since_cancelled_[record.id] != most_clean_up_steps) return;
        return report(describe(record.future) + " goes on " + std::to_string(most_clean_up_steps) +
                      " steps after its cancellation: does it swallow CancelledError? Throw it on, or call "
                      "uncancel() if that is meant");
    }
    forget();
    if (record.future.status() != FutureStatus::value) return;
    report(
        describe(record.future) +
        " was cancelled and returned a value: it swallowed CancelledError. Throw it on, or call uncancel() "
        "if that is meant");
}

}  // namespace fibers::detail
