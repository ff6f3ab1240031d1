// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The shared state of a task, and what its fiber runs.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "fibers/task/body.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {

template <class T>
class TaskState final : public ValueState<T>, public TaskRecord {
public:
    TaskState(kernel::Scheduler& scheduler, std::string name, const SourceLocation& where) noexcept
        : ValueState<T>(&scheduler), TaskRecord(*this, std::move(name), where) {}

    bool cancel(const std::string& message) override { return TaskRecord::cancel(message); }
    TaskRecord* task() noexcept override { return this; }
    const char* kind() const noexcept override { return "Task"; }
    std::string details() override { return TaskRecord::details(); }
};

// What a task's fiber runs: the user's callable, and the end of the task.
template <class F, class T>
class TaskBody {
public:
    TaskBody(Ref<TaskState<T>> state, F&& f) : state_(std::move(state)), f_(std::move(f)) {}
    TaskBody(Ref<TaskState<T>> state, const F& f) : state_(std::move(state)), f_(f) {}

    void operator()() {
        TaskState<T>& state = *state_;
        try {
            state.value.fill([this]() -> T { return run(); });
            state.finish_returned();
        } catch (...) {
            if (unwinding_by_force()) throw;
            state.finish_threw();
        }
    }

private:
    // The callable dies before the task is done: who waits for it finds all that it held gone.
    T run() {
        const struct Emptier {
            std::optional<F>& f;
            ~Emptier() { f.reset(); }
        } emptier{f_};
        state_->throw_if_cancelled_before_start();
        return run_body([this]() -> T { return std::invoke(std::move(*f_)); });
    }

    Ref<TaskState<T>> state_;
    std::optional<F> f_;
};

}  // namespace fibers::detail
