// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

#include "fibers/kernel/wait_queue.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/body.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/exception_group.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// Tasks that end together: run() returns when all of them have. Lives while its body and its tasks run; its
// tasks may refer to what the caller's frame holds. Source: asyncio.TaskGroup.
class TaskGroup {
public:
    // Runs body(group) in this task, waits for every task that was created in the group, and returns what the
    // body returned. The first exception of a task cancels the others and the body; when all are done,
    // ExceptionGroup is thrown with all exceptions but CancelledErrors, the tasks' in the order they came,
    // then the body's. Suspends if the body does or tasks are left; a cancellation cancels the tasks, waits
    // for them and passes through, unless one of them failed. Throws RuntimeError outside a task.
    template <class Body>
    static decltype(auto) run(Body&& body);

    // create_task() in this group; may also be called by its tasks. Throws RuntimeError once the group is
    // shutting down or finished.
    template <detail::TaskFunction F>
    auto create_task(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) {
        check_open();
        auto task =
            detail::start_task(detail::running_scheduler(), std::forward<F>(f), std::move(options), where);
        add(task.state());
        return task;
    }
    // The same for f(a), f(a, b) and f(a, b, c).
    template <class F, class A>
    requires detail::TaskFunction<F, A>
    auto create_task(F&& f, A&& a, SourceLocation where = SourceLocation::current()) {
        return create_task(detail::bind_call(std::forward<F>(f), std::forward<A>(a)), {}, where);
    }
    template <class F, class A, class B>
    requires detail::TaskFunction<F, A, B>
    auto create_task(F&& f, A&& a, B&& b, SourceLocation where = SourceLocation::current()) {
        return create_task(detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b)), {},
                           where);
    }
    template <class F, class A, class B, class C>
    requires detail::TaskFunction<F, A, B, C>
    auto create_task(F&& f, A&& a, B&& b, C&& c, SourceLocation where = SourceLocation::current()) {
        return create_task(
            detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c)),
            {}, where);
    }

    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

private:
    // A task of the group that is not done.
    struct Child;

    TaskGroup();
    ~TaskGroup();
    void check_open() const;
    void add(detail::FutureState& task);
    void child_done(Child& child) noexcept;
    void remove(Child& child) noexcept;
    // Ends the group after a body that returned (null) or threw. Throws what run() is to throw instead.
    void leave(const std::exception_ptr& thrown);
    // Waits for the tasks; returns the CancelledError that came meanwhile and is not the group's own doing.
    std::exception_ptr wait_for_tasks();
    void abort();

    detail::TaskRecord& parent_;
    Child* first_ = nullptr;
    Child* last_ = nullptr;
    std::vector<std::exception_ptr> errors_;
    kernel::WaitQueue waiting_;      // the parent, at the end
    bool exiting_ = false;           // the body is over
    bool aborting_ = false;          // the tasks have been cancelled
    bool cancelled_parent_ = false;  // by us, to end the body
};

template <class Body>
decltype(auto) TaskGroup::run(Body&& body) {
    TaskGroup group;
    bool left = false;
    try {
        const auto run_it = [&]() -> decltype(auto) {
            return detail::run_body([&]() -> decltype(auto) { return std::forward<Body>(body)(group); });
        };
        if constexpr (std::is_void_v<decltype(run_it())>) {
            run_it();
            left = true;
            group.leave(nullptr);
        } else {
            decltype(auto) value = run_it();
            left = true;
            group.leave(nullptr);
            return value;
        }
    } catch (...) {
        if (detail::unwinding_by_force()) throw;
        if (!left) group.leave(std::current_exception());
        throw;
    }
}

}  // namespace fibers
