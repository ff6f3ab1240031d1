// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/future.hpp"

namespace fibers {
namespace detail {

// The state of a future that a Promise writes.
template <class T>
class PromiseState final : public ValueState<T> {
public:
    PromiseState(const kernel::Scheduler* scheduler, const SourceLocation& where) noexcept
        : ValueState<T>(scheduler), created_at_(where) {}
    std::string details() override { return created_at_text(created_at_); }

private:
    SourceLocation created_at_;
};

}  // namespace detail

// The writing end of a future. Movable, not copyable; belongs to the thread of the loop that reads it.
// Dropped before it was set, its future fails with BrokenPromiseError.
template <class T>
class Promise {
public:
    // A pending future, which reports call by the user's file and line. Never suspends. Throws
    // std::bad_alloc.
    Promise(SourceLocation where = SourceLocation::current())
        : state_(new detail::PromiseState<T>(kernel::this_scheduler, where)) {}
    Promise(Promise&&) noexcept = default;
    Promise& operator=(Promise&& other) noexcept {
        drop();
        state_ = std::move(other.state_);
        return *this;
    }
    ~Promise() { drop(); }

    // The reading end, as often as wanted; of a promise that was moved away an empty handle. Never suspends.
    Future<T> future() const { return Future<T>(state_); }
    // Ends the future with T(arguments…) (nothing for void) and makes who waits for it ready. Never suspends.
    // Throws InvalidStateError if it is done (cancelled, too) or the promise was moved away, and what T's
    // constructor throws.
    template <class... A>
    void set_result(A&&... arguments) {
        check_pending();
        if constexpr (std::is_void_v<T>) {
            static_assert(sizeof...(A) == 0);
        } else if constexpr (std::is_reference_v<T>) {
            state_->value.fill([&]() -> T { return (arguments, ...); });
        } else {
            state_->value.fill([&] { return T(std::forward<A>(arguments)...); });
        }
        state_->finish_value();
    }
    // Ends it with an exception: an std::exception_ptr, or an object that is thrown to who reads it. Never
    // suspends. Throws InvalidStateError if it is done, std::invalid_argument for a null pointer.
    void set_exception(std::exception_ptr error) {
        check_pending();
        if (!error) throw std::invalid_argument("set_exception() needs an exception");
        state_->finish_error(std::move(error));
    }
    template <class E>
    void set_exception(E error) {
        set_exception(std::make_exception_ptr(std::move(error)));
    }

private:
    void check_pending() const {
        if (!state_) throw InvalidStateError("the Promise was moved away");
        state_->check_thread();
        if (state_->done()) throw InvalidStateError("invalid state: " + detail::describe(*state_));
    }
    void drop() noexcept {
        if (!state_ || state_->done()) return;
        if (!state_->shared()) return;  // nobody is left to read it
        state_->finish_error(
            std::make_exception_ptr(BrokenPromiseError("the Promise was dropped before it was set")));
    }

    detail::Ref<detail::ValueState<T>> state_;
};

}  // namespace fibers
