// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "fibers/cancel.hpp"

namespace fibers::detail {

// In a `catch (...)`: whether pthread_exit() or pthread_cancel() unwinds the stack. That is no C++ exception,
// so there is none to be had; it must be rethrown. (Naming its type, abi::__forced_unwind, binds a reference
// to nothing.)
inline bool unwinding_by_force() noexcept {
    return std::current_exception() == nullptr;
}

// Runs a scope's body and, where it ends, throws the cancellation that C code in it was told as ECANCELED:
// what the body returned is dropped, what it threw is kept as the cause.
template <class Body>
decltype(auto) run_body(Body&& body) {
    try {
        if constexpr (std::is_void_v<decltype(std::forward<Body>(body)())>) {
            std::forward<Body>(body)();
            deliver_answered_cancellation();
        } else {
            decltype(auto) value = std::forward<Body>(body)();
            deliver_answered_cancellation();
            return value;
        }
    } catch (const CancelledError&) {
        throw;
    } catch (...) {
        if (unwinding_by_force()) throw;
        deliver_answered_cancellation(std::current_exception());
        throw;
    }
}

}  // namespace fibers::detail
