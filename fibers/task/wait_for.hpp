// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include "fibers/task/future.hpp"
#include "fibers/task/timeout.hpp"

namespace fibers {
namespace detail {

// Cancels `future` and waits until it is done, whatever comes of that. Always suspends; a cancellation of who
// waits ends the wait only.
void cancel_and_wait(FutureState& future);

}  // namespace detail

// Waits for a task or future, but no longer than `d`: then it is cancelled, waited for, and TimeoutError is
// thrown. If it does not let itself be cancelled, its value is returned. May suspend; notices cancellation,
// which cancels what it waits for, too. Any std::chrono duration; one of zero or less only looks. Throws
// TimeoutError, what the future ended with, RuntimeError outside a task, std::invalid_argument for NaN. The
// value is copied if others can read it, else moved. Source: asyncio.wait_for.
template <class T, class Rep, class Period>
typename Future<T>::Taken wait_for(Future<T> future, std::chrono::duration<Rep, Period> d) {
    const Duration limit = to_duration(d);
    if (limit > Duration::zero()) {
        return timeout(limit, [&]() -> typename Future<T>::Taken { return std::move(future).get(); });
    }
    if (future.done()) return std::move(future).result();
    detail::cancel_and_wait(future.state());
    try {
        return std::move(future).result();
    } catch (const CancelledError&) {
        throw TimeoutError("timed out", std::current_exception());
    }
}

// Runs f() in this task, but no longer than `d`: timeout(d, f), except that with a `d` of zero or less f
// never starts.
template <std::invocable F, class Rep, class Period>
std::invoke_result_t<F> wait_for(F&& f, std::chrono::duration<Rep, Period> d) {
    const Duration limit = to_duration(d);
    if (limit <= Duration::zero()) {
        throw TimeoutError("timed out", std::make_exception_ptr(CancelledError()));
    }
    return timeout(limit, [&]() -> std::invoke_result_t<F> { return std::forward<F>(f)(); });
}

}  // namespace fibers
