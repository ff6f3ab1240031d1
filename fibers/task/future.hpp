// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "fibers/task/any_future.hpp"
#include "fibers/task/value.hpp"

namespace fibers {
namespace detail {

// The state of a plain future of T: what a Promise writes. Tasks and gathers derive from it.
template <class T>
class ValueState : public FutureState {
public:
    using FutureState::FutureState;
    std::string value_text() const final { return done() ? value.text() : std::string(); }
    Value<T> value;  // filled when status() is `value`
};

}  // namespace detail

// A value that will be there later: a shared handle, see AnyFuture. What a Promise, a task or a gather() ends
// with. The handle keeps the value alive. Source: asyncio.Future.
template <class T>
class Future : public AnyFuture {
public:
    using State = detail::ValueState<T>;
    using Shared = typename detail::Value<T>::Shared;  // const T&; void and references as they are
    using Taken = typename detail::Value<T>::Taken;    // T; void and references as they are

    Future() = default;
    explicit Future(detail::Ref<State> state) noexcept
        : AnyFuture(detail::Ref<detail::FutureState>(state.get())) {}

    // Waits until it is done and returns its value; many may wait. Suspends unless it is done; notices
    // cancellation, and hands it on: cancelling who waits cancels what it waits for. Throws the exception it
    // ended with, its CancelledError, or RuntimeError if it would have to wait outside a fiber, for itself or
    // for another loop's. The reference is valid as long as a handle lives. Source: asyncio's `await`.
    Shared get() const& {
        state().wait();
        return result();
    }
    // The same for the last handle: moves the value out. If others can still read it, it is copied if it can
    // be.
    Taken get() && {
        state().wait();
        return std::move(*this).result();
    }
    // What get() returns, without waiting. Never suspends. Throws InvalidStateError if it is not done, else
    // as get().
    Shared result() const& {
        state().throw_unless_value();
        return typed().value.share();
    }
    Taken result() && {
        state().throw_unless_value();
        return typed().value.take(state().shared());
    }

    // See AnyFuture.
    template <class F>
    DoneCallback add_done_callback(F callback) const {
        return this->template add<Future>(std::move(callback));
    }
    DoneCallback add_done_callback(DoneCallback callback) const {
        return AnyFuture::add_done_callback(std::move(callback));
    }

private:
    State& typed() const noexcept { return static_cast<State&>(state()); }
};

namespace detail {

template <class T>
T future_value(const Future<T>*);
template <class T>
Future<T> plain_future(const Future<T>*);
AnyFuture plain_future(const AnyFuture*);

// The future that a handle is, without what else the handle is.
template <FutureLike X>
using PlainFuture = decltype(plain_future(static_cast<std::remove_cvref_t<X>*>(nullptr)));

}  // namespace detail
}  // namespace fibers
