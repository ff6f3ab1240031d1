// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "fibers/error.hpp"

namespace fibers {

// How one of several ended: with a value, an exception, or cancelled. What gather(return_exceptions, …)
// gives. A plain value: no member suspends.
template <class T>
class Outcome {
public:
    explicit Outcome(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    explicit Outcome(std::exception_ptr error, bool cancelled = false)
        : held_(std::in_place_index<1>, std::move(error)), cancelled_(cancelled) {}

    // Whether it ended with a value.
    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    // The value. Throws the exception or CancelledError if there is none.
    const T& value() const& {
        if (!has_value()) std::rethrow_exception(exception());
        return std::get<0>(held_);
    }
    T value() && {
        if (!has_value()) std::rethrow_exception(exception());
        return std::get<0>(std::move(held_));
    }
    // The exception, or CancelledError if it was cancelled; null if there is a value.
    std::exception_ptr exception() const noexcept {
        const auto* const error = std::get_if<1>(&held_);
        return error ? *error : nullptr;
    }
    // Whether it ended by cancellation.
    bool cancelled() const noexcept { return cancelled_; }

private:
    std::variant<T, std::exception_ptr> held_;
    bool cancelled_ = false;
};

namespace detail {

// A T as an object: std::monostate for void, std::reference_wrapper for references.
template <class T>
struct AsObject {
    using type = T;
};
template <>
struct AsObject<void> {
    using type = std::monostate;
};
template <class T>
struct AsObject<T&> {
    using type = std::reference_wrapper<T>;
};

}  // namespace detail
}  // namespace fibers
