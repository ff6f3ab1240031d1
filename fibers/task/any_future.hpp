// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "fibers/loop.hpp"
#include "fibers/task/future_state.hpp"

namespace fibers {

// A callback that was added to a future. Keep it to remove it again, or to add the very same once more. A
// shared handle; equal handles are the same callback.
class DoneCallback {
public:
    DoneCallback() = default;
    // `function` is called on the loop's own stack, so it must not wait; what it throws is reported.
    explicit DoneCallback(std::function<void(detail::FutureState&)> function);
    void operator()(detail::FutureState& state) const { (*function_)(state); }
    friend bool operator==(const DoneCallback&, const DoneCallback&) = default;

private:
    std::shared_ptr<const std::function<void(detail::FutureState&)>> function_;
};

// A future or task whose type of value does not matter. A shared handle: copies are the same future, equal
// handles too. Belongs to one loop and its thread; after the end of the loop it can still be read. A
// default-constructed one is empty: then everything but valid(), == and assignment throws InvalidStateError.
class AnyFuture {
public:
    using State = detail::FutureState;

    AnyFuture() = default;
    explicit AnyFuture(detail::Ref<detail::FutureState> state) noexcept : state_(std::move(state)) {}

    // False for an empty handle. Never suspends.
    bool valid() const noexcept { return static_cast<bool>(state_); }
    // Whether it has ended, in whatever way. Never suspends.
    bool done() const { return state().done(); }
    // Whether it ended by cancellation. Never suspends.
    bool cancelled() const { return state().status() == detail::FutureStatus::cancelled; }
    // Asks it to end as cancelled. A plain future does so at once; a task gets CancelledError(message) where
    // it waits or waits next, before its first run its body never runs; a gather() cancels its children.
    // False if it was done. Never suspends. Source: asyncio.Future.cancel, asyncio.Task.cancel.
    bool cancel(const std::string& message = {}) const {
        state().check_thread();
        return state().cancel(message);
    }
    // The exception it ended with, null if it has a value; counts as reading it. Never suspends. Throws
    // InvalidStateError if it is not done, its CancelledError if it was cancelled.
    std::exception_ptr exception() const;

    // Calls `callback` once it is done: never at once, always from the loop, in the order of adding, even if
    // it is done already. The callback may take this future (as Future<T>, Task<T> or AnyFuture) or nothing;
    // it runs on the loop's own stack, so it must not wait, in a copy of the context variables as they are
    // when it is added; what it throws is reported. Never suspends. Source:
    // asyncio.Future.add_done_callback.
    template <class F>
    DoneCallback add_done_callback(F callback) const {
        return add<AnyFuture>(std::move(callback));
    }
    DoneCallback add_done_callback(DoneCallback callback) const;
    // Takes back every time that `callback` was added. Returns how often that was. Never suspends.
    std::size_t remove_done_callback(const DoneCallback& callback) const;

    friend bool operator==(const AnyFuture& a, const AnyFuture& b) noexcept {
        return a.state_.get() == b.state_.get();
    }
    // For the library: what the handles share. Throws InvalidStateError if empty.
    detail::FutureState& state() const;

protected:
    // Makes a callback of what takes Handles, AnyFutures or nothing.
    template <class Handle, class F>
    DoneCallback add(F callback) const {
        return add_done_callback(
            DoneCallback([callback = std::move(callback)](detail::FutureState& done) mutable {
                if constexpr (std::is_invocable_v<F&, Handle>) {
                    callback(Handle(detail::Ref(static_cast<typename Handle::State*>(&done))));
                } else if constexpr (std::is_invocable_v<F&, AnyFuture>) {
                    callback(AnyFuture(detail::Ref(&done)));
                } else {
                    static_assert(std::is_invocable_v<F&>, "a done callback takes its future or nothing");
                    callback();
                }
            }));
    }

private:
    detail::Ref<detail::FutureState> state_;
};

// "<Future finished result=7>", "<Task pending name='Task-3' created at main.cpp:12>"
std::ostream& operator<<(std::ostream& out, const AnyFuture& future);

}  // namespace fibers
