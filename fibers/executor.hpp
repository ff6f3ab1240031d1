// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Calls that would block the loop, made elsewhere and waited for as futures.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "fibers/context.hpp"
#include "fibers/executor_future.hpp"
#include "fibers/executor_processes.hpp"
#include "fibers/executor_std_future.hpp"
#include "fibers/executor_threads.hpp"

namespace fibers {
namespace detail {

// The executor that this loop's calls go to if nobody says which; made when first needed. Throws RuntimeError
// outside run(), or once the loop is ending.
ThreadPoolExecutor& default_executor();

// For the end of run(), after the tasks: true once the loop's default executor is shut down and its threads
// are gone. Begins that when first called; to be asked again in each turn of the loop.
bool default_executor_ended(kernel::Scheduler& scheduler);

// What to_thread() calls on the thread: f(arguments…) in a copy of this fiber's context. The one place that
// copies it.
template <class F, class... A>
auto in_current_context(F&& f, A&&... arguments) {
    return [context = copy_context(),
            call = bind_call(std::forward<F>(f), std::forward<A>(arguments)...)]() mutable -> decltype(auto) {
        return context.run(std::move(call));
    };
}

template <class Executor>
concept ExecutorLike = requires(Executor& executor) {
    executor.submit([] {});
    executor.shutdown();
};

}  // namespace detail

// Makes `executor` the one that this loop's calls go to if nobody says which, instead of one that is made for
// it. At the end of run() it is shut down. Never suspends. Throws RuntimeError outside run(),
// std::invalid_argument for null. Loop's thread only. Source: asyncio's loop.set_default_executor.
void set_default_executor(std::shared_ptr<ThreadPoolExecutor> executor);

// Has f(arguments…) called by an executor and gives the future of it. Cancelling that, or who waits for it,
// takes the call back if it has not begun; one that runs goes on, and what it throws is reported. Never
// suspends; get() does. While it waits, the loop is not deadlocked. Throws RuntimeError outside run() and
// what submit() throws. Loop's thread only; the executor may be anybody's. Source: asyncio's
// loop.run_in_executor.
template <detail::ExecutorLike Executor, class F, class... A>
[[nodiscard]] auto run_in_executor(Executor& executor, F&& f, A&&... arguments) {
    detail::running_scheduler();  // throws
    return wrap_future(executor.submit(std::forward<F>(f), std::forward<A>(arguments)...));
}
// The same with this loop's default executor: a ThreadPoolExecutor, made when first needed, shut down and
// waited for at the end of run(), after the tasks.
template <class F, class... A>
[[nodiscard]] auto run_in_executor(std::nullptr_t, F&& f, A&&... arguments) {
    return run_in_executor(detail::default_executor(), std::forward<F>(f), std::forward<A>(arguments)...);
}

// Has f(arguments…) called on a thread of this loop's default executor and gives the future of it:
//
//     auto text = to_thread(read_file, path).get();
//
// As run_in_executor(nullptr, …), in a copy of the context variables as they are now. All are decay-copied
// and die on that thread. Source: asyncio.to_thread.
template <class F, class... A>
requires std::invocable<std::decay_t<F>, std::decay_t<A>...>
[[nodiscard]] auto to_thread(F&& f, A&&... arguments) {
    return run_in_executor(nullptr,
                           detail::in_current_context(std::forward<F>(f), std::forward<A>(arguments)...));
}

}  // namespace fibers
