// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

#include "fibers/context.hpp"
#include "fibers/kernel/stack.hpp"
#include "fibers/task/any_task.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task_options.hpp"
#include "fibers/task/task_state.hpp"

namespace fibers {

// Warning: a task runs on after its handle is gone, and after the function that created it has returned. What
// it uses must be its own: capture by value. Callables that refer to the caller's frame (`[&]`) belong into
// gather(), timeout() and TaskGroup::run(), which wait for them.

// A function running in a fiber of its own, and the future of what it returns. A shared handle: dropping it
// detaches the task and never kills it; the loop holds its tasks. An exception that nobody ever reads is
// reported. Belongs to one loop and its thread. Source: asyncio.Task.
template <class T>
class Task : public Future<T>, public detail::TaskMembers<Task<T>> {
public:
    using State = detail::TaskState<T>;

    Task() = default;
    explicit Task(detail::Ref<State> state) noexcept
        : Future<T>(detail::Ref<detail::ValueState<T>>(state.get())) {}
    // The same task as one of any type.
    operator AnyTask() const { return AnyTask(*this->state().task()); }

    // See AnyFuture.
    template <class F>
    DoneCallback add_done_callback(F callback) const {
        return this->template add<Task>(std::move(callback));
    }
    DoneCallback add_done_callback(DoneCallback callback) const {
        return AnyFuture::add_done_callback(std::move(callback));
    }
};

namespace detail {

// A callable with its arguments, all decay-copied, called once as std::thread does.
template <class F, class... A>
struct BoundCall {
    F f;
    std::tuple<A...> arguments;
    decltype(auto) operator()() && { return std::apply(std::move(f), std::move(arguments)); }
};
template <class F, class... A>
BoundCall<std::decay_t<F>, std::decay_t<A>...> bind_call(F&& f, A&&... arguments) {
    return {std::forward<F>(f), {std::forward<A>(arguments)...}};
}

// Makes a task on a loop, which need not run yet.
template <class F>
auto start_task(kernel::Scheduler& scheduler, F&& f, TaskOptions&& options, const SourceLocation& where) {
    using Callable = std::decay_t<F>;
    using T = ValueOf<std::invoke_result_t<Callable>>;
    if (scheduler.adapts_tasks()) [[unlikely]]
        adapt_task(scheduler, options);
    Ref<TaskState<T>> state(new TaskState<T>(scheduler, std::move(options.name), where));
    const std::size_t stack_size = options.stack_size ? options.stack_size : kernel::default_stack_size;
    const bool at_once = options.eager && kernel::this_scheduler == &scheduler;
    kernel::Fiber& fiber =
        scheduler.spawn(TaskBody<Callable, T>(state, std::forward<F>(f)), stack_size, where,
                        at_once ? kernel::FirstRun::at_once : kernel::FirstRun::in_turn);
    state->start(fiber);
    hand_on_context(fiber.inherited, options.context);
    if (at_once) scheduler.run_at_once(fiber);
    return Task<T>(std::move(state));
}

template <class F, class... A>
concept TaskFunction = std::invocable<std::decay_t<F>, std::decay_t<A>...>;

}  // namespace detail

// Makes a task of f() and returns its handle. The task first runs after this one lets others run, in the
// order of creation (TaskOptions::eager: at once), in a copy of the context variables as they are now. f and
// the arguments are decay-copied, as by std::thread. Never suspends. Throws RuntimeError outside run(),
// ResourceError if there is no stack, and what copying f throws. See the warning above. Source:
// asyncio.create_task.
template <detail::TaskFunction F>
auto create_task(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) {
    return detail::start_task(detail::running_scheduler(), std::forward<F>(f), std::move(options), where);
}
// The same for f(a), f(a, b), f(a, b, c) and f(a, b, c, d).
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
        detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c)), {},
        where);
}
template <class F, class A, class B, class C, class D>
requires detail::TaskFunction<F, A, B, C, D>
auto create_task(F&& f, A&& a, B&& b, C&& c, D&& d, SourceLocation where = SourceLocation::current()) {
    return create_task(detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b),
                                         std::forward<C>(c), std::forward<D>(d)),
                       {}, where);
}

}  // namespace fibers
