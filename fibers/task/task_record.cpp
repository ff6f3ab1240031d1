// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/task_record.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/error_context.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/kernel/wait.hpp"

namespace fibers::detail {

void TaskRecord::start(kernel::Fiber& its_fiber) noexcept {
    fiber = &its_fiber;
    id = its_fiber.id;
    its_fiber.task = this;
    if (!given_name.empty()) its_fiber.name = given_name.c_str();
}

void TaskRecord::set_name(std::string name) noexcept {
    given_name = std::move(name);
    if (fiber) fiber->name = given_name.empty() ? nullptr : given_name.c_str();
}

void TaskRecord::finished() noexcept {
    fiber->task = nullptr;
    fiber->name = nullptr;  // the name may die before the fiber's last step
    fiber = nullptr;
}

void TaskRecord::throw_if_cancelled_before_start() {
    if (std::exchange(fiber->cancel_pending, false)) kernel::throw_cancelled();
}

void TaskRecord::finish_returned() noexcept {
    // Asked for after the last suspension point: asyncio ends such a task as cancelled too.
    std::exception_ptr cancelled;
    if (fiber->cancel_pending) cancelled = std::make_exception_ptr(CancelledError(fiber->cancel_message));
    finished();
    if (cancelled) return future.finish_cancelled(std::move(cancelled));
    future.finish_value();
}

void TaskRecord::finish_threw() noexcept {
    auto error = std::current_exception();
    bool cancelled = false;
    try {
        throw;
    } catch (const CancelledError&) {
        cancelled = true;
    } catch (...) {  // kept in `error`
    }
    finished();
    if (cancelled) return future.finish_cancelled(std::move(error));
    future.finish_error(std::move(error));
}

void TaskRecord::abandon() noexcept {
    report_error({"Task was destroyed but it is pending!", nullptr, detail::describe(future)});
    finished();
}

bool TaskRecord::cancel(const std::string& message) {
    if (!fiber) return false;
    ++cancel_requests;
    kernel::request_cancel(*fiber, message);
    return true;
}

int TaskRecord::uncancel() noexcept {
    if (cancel_requests > 0 && --cancel_requests == 0 && fiber) {
        fiber->cancel_pending = false;
        fiber->cancel_answered = false;
    }
    return cancel_requests;
}

std::string TaskRecord::name() const {
    return given_name.empty() ? "Task-" + std::to_string(id) : given_name;
}

std::string TaskRecord::details() const {
    std::string text = " name='" + name() + "'" + created_at_text(created_at);
    if (fiber && fiber->wait) text += " waiting for " + fiber->wait->describe();
    return text;
}

TaskRecord& running_task(const char* needed_by) {
    kernel::Fiber& fiber = kernel::running_fiber();
    if (!fiber.task) throw RuntimeError(std::string(needed_by) + " should be used inside a task");
    return *static_cast<TaskRecord*>(fiber.task);
}

kernel::Scheduler& running_scheduler() {
    if (!kernel::this_scheduler) kernel::running_fiber();  // throws
    return *kernel::this_scheduler;
}

}  // namespace fibers::detail
