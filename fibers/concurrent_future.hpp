// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The bridge between loops, and between a loop and plain threads.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/concurrent_state.hpp"
#include "fibers/error.hpp"
#include "fibers/loop.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// What a loop's task or future will end with, for every thread: plain threads block in get(), fibers of
// whatever loop suspend. A shared handle. All members may be called by any thread; a default-constructed one
// is empty: then everything but valid() and assignment throws InvalidStateError. If the loop is closed before
// the end, it ends with RuntimeError("Event loop is closed"). Source: concurrent.futures.Future, as
// asyncio.run_coroutine_threadsafe returns it.
template <class T>
class ConcurrentFuture {
public:
    using State = detail::ConcurrentValue<T>;
    using Shared = typename detail::Value<T>::Shared;  // const T&; void and references as they are
    using Taken = typename detail::Value<T>::Taken;    // T; void and references as they are

    ConcurrentFuture() = default;
    explicit ConcurrentFuture(detail::Ref<State> state) noexcept : state_(std::move(state)) {}

    // False for an empty handle. Never suspends.
    bool valid() const noexcept { return static_cast<bool>(state_); }
    // Whether it has ended, in whatever way. Never suspends.
    bool done() const { return state().done(); }
    // Whether it ended by cancellation. Never suspends.
    bool cancelled() const { return state().status() == detail::FutureStatus::cancelled; }
    // Ends it as cancelled, at once, for everybody; the loop then cancels the task or future itself, which
    // may take its time. False if it was done. Never suspends.
    bool cancel(const std::string& message = {}) const { return state().cancel(message); }

    // Waits until it is done and returns its value; many may wait. In a fiber: suspends unless it is done,
    // notices cancellation, and hands it on: cancelling who waits cancels what it waits for. Elsewhere:
    // blocks the thread. Throws the exception it ended with, its CancelledError, RuntimeError in a callback
    // of a loop. The reference is valid as long as a handle lives.
    Shared get() const& {
        state().wait(never);
        return result();
    }
    // The same for the last handle: moves the value out. If others can still read it, it is copied if it can
    // be.
    Taken get() && {
        state().wait(never);
        state().throw_unless_value();
        return state().value.take(state().shared());
    }
    // The same for at most `timeout`; then throws TimeoutError, and what it waits for goes on.
    template <class Rep, class Period>
    Shared get(std::chrono::duration<Rep, Period> timeout) const& {
        if (!wait_for(timeout)) throw TimeoutError();
        return result();
    }
    // Waits until it is done; false if `timeout` has passed before. Suspends, blocks and throws as get(), but
    // not what it ended with.
    template <class Rep, class Period>
    bool wait_for(std::chrono::duration<Rep, Period> timeout) const {
        return state().wait(deadline_after(State::now(), to_duration(timeout)));
    }
    void wait() const { state().wait(never); }
    // What get() returns, without waiting. Never suspends. Throws InvalidStateError if it is not done, else
    // as get().
    Shared result() const& {
        if (!done()) throw InvalidStateError("Result is not set.");
        state().throw_unless_value();
        return state().value.share();
    }
    // The exception it ended with, null if it has a value; counts as reading it. Never suspends. Throws
    // InvalidStateError if it is not done, its CancelledError if it was cancelled.
    std::exception_ptr exception() const {
        if (!done()) throw InvalidStateError("Exception is not set.");
        return state().error();
    }

private:
    State& state() const {
        if (!state_) throw InvalidStateError("the handle is empty: it stands for no future");
        return *state_;
    }
    detail::Ref<State> state_;
};

// Runs f() as a task of a loop, from any thread, and returns what it will end with. f is moved or copied to
// the loop's thread; it is called and dies there, and what it refers to must live until then. Never suspends.
// Throws RuntimeError("Event loop is closed"). Source: asyncio.run_coroutine_threadsafe.
template <std::invocable F>
auto run_threadsafe(const Loop& loop, F&& f, TaskOptions options = {},
                    SourceLocation where = SourceLocation::current()) {
    using Callable = std::decay_t<F>;
    using T = detail::ValueOf<std::invoke_result_t<Callable>>;
    using State = detail::ConcurrentValue<T>;
    detail::Ref<State> state(new State(loop.shared_state()));
    const auto upcast = [](State* s) { return detail::Ref<detail::ConcurrentState>(s); };
    // The task keeps no handle: what passes its end on has one, and lets go of it if the loop closes first.
    loop.call_soon_threadsafe(
        [start = detail::ConcurrentStart(upcast(state.get())), to = state.get(),
         f = Callable(std::forward<F>(f)), options = std::move(options), where]() mutable {
            start.begin([&] {
                return detail::start_task(
                    detail::running_scheduler(),
                    [to, f = std::move(f)]() mutable {
                        to->value.fill([&]() -> T { return std::invoke(std::move(f)); });
                    },
                    std::move(options), where);
            });
        },
        where);
    return ConcurrentFuture<T>(std::move(state));
}

// A task or future of the loop that runs here, for other threads and loops to wait for; the value is copied.
// Cancelling either cancels the other. Never suspends. Throws RuntimeError outside run() or for another
// loop's future.
template <class T>
ConcurrentFuture<T> as_concurrent(const Future<T>& future) {
    using State = detail::ConcurrentValue<T>;
    future.state().check_loop(detail::running_scheduler());
    detail::Ref<State> state(new State(get_running_loop().shared_state()));
    (new detail::ConcurrentCopySource<T>(detail::Ref<detail::FutureState>(&future.state()),
                                         detail::Ref<detail::ConcurrentState>(state.get())))
        ->begin();
    return ConcurrentFuture<T>(std::move(state));
}

// The other way: a task of the loop that runs here which ends as `future` does, for gather(), wait() and
// their like. Cancelling it cancels `future`. Never suspends. Throws RuntimeError outside run(). Source:
// asyncio.wrap_future.
template <class T>
Task<T> wrap_future(ConcurrentFuture<T> future, SourceLocation where = SourceLocation::current()) {
    return create_task([future = std::move(future)]() mutable -> T { return std::move(future).get(); }, {},
                       where);
}

}  // namespace fibers
