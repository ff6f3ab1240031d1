// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/error.hpp"
#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/timer_heap.hpp"
#include "fibers/task/body.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace detail {

// `d` from now by the running fiber's loop.
TimePoint deadline_in(Duration d);
// Whether a deadline has passed by then.
bool is_due(TimePoint when);
template <class Body>
decltype(auto) run_with_timeout(TimePoint when, bool due, Body&& body);

}  // namespace detail

// The deadline of a timeout(), as its body sees it. Lives while the body runs. Source: asyncio.Timeout.
class Timeout : private kernel::Timer, private kernel::Runnable {
public:
    // The deadline; `never` if there is none. Never suspends.
    TimePoint when() const noexcept { return when_; }
    // Moves the deadline; one that has passed ends the body at its next suspension point, after whatever is
    // ready by now has run, `never` lets it take any time. Never suspends. Throws RuntimeError once the
    // deadline has passed. On the loop's thread: from the body, another task or a callback.
    void reschedule(TimePoint when);
    // The same, counted from now; Duration::max() lets it take any time. Throws std::invalid_argument for
    // NaN.
    template <class Rep, class Period>
    void reschedule(std::chrono::duration<Rep, Period> from_now) {
        reschedule_in(to_duration(from_now));
    }
    // Whether the deadline has passed and the body's task was cancelled for it. Never suspends.
    bool expired() const noexcept { return expired_; }

private:
    template <class Body>
    friend decltype(auto) detail::run_with_timeout(TimePoint when, bool due, Body&& body);

    Timeout(TimePoint when, bool due);
    ~Timeout() { leave(); }
    void reschedule_in(Duration from_now);
    // What reschedule() does. `due`: the new deadline has passed already.
    void move(TimePoint when, bool due);
    // Takes back that the deadline is to be noticed.
    void disarm() noexcept;
    void expire() noexcept;
    // Ends the scope. True if the CancelledError that left the body is this timeout's and nobody else's.
    bool leave() noexcept;

    detail::TaskRecord& task_;
    TimePoint when_ = never;
    int cancelling_before_;  // cancellations of the task that are not ours
    bool expired_ = false;
    bool left_ = false;
    bool queued_ = false;  // it stands in the ready queue, because it is due
};

namespace detail {

template <class Body>
decltype(auto) run_with_timeout(TimePoint when, bool due, Body&& body) {
    Timeout scope(when, due);
    try {
        return run_body([&]() -> decltype(auto) {
            if constexpr (std::invocable<Body, Timeout&>) {
                return std::forward<Body>(body)(scope);
            } else {
                return std::forward<Body>(body)();
            }
        });
    } catch (const CancelledError&) {
        if (scope.leave()) throw TimeoutError("timed out", std::current_exception());
        throw;
    }
}

}  // namespace detail

// Runs body() (or body(Timeout&)) in this task and returns what it returns; if that takes longer than `d`,
// the body is cancelled: it gets a CancelledError where it waits, and once that has left the body,
// TimeoutError is thrown instead. `d` of zero or less ends it at its first suspension. A body that swallows
// the CancelledError returns normally. Suspends if the body does; a cancellation from elsewhere passes
// through. Any std::chrono duration; Duration::max() is no limit. Throws TimeoutError, what the body throws,
// RuntimeError outside a task, std::invalid_argument for NaN. Source: asyncio.timeout.
template <class Rep, class Period, class Body>
decltype(auto) timeout(std::chrono::duration<Rep, Period> d, Body&& body) {
    const Duration limit = to_duration(d);
    return detail::run_with_timeout(detail::deadline_in(limit), limit <= Duration::zero(),
                                    std::forward<Body>(body));
}

// The same with a point in time. Source: asyncio.timeout_at.
template <class Body>
decltype(auto) timeout_at(TimePoint when, Body&& body) {
    return detail::run_with_timeout(when, detail::is_due(when), std::forward<Body>(body));
}

}  // namespace fibers
