// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What an exception is, in words and in kind.
#pragma once

#include <exception>
#include <string>

namespace fibers::detail {

// An exception in one phrase for reports: "std::runtime_error('boom')". Never throws but std::bad_alloc.
std::string exception_text(const std::exception_ptr& error);

// The name of its class: "std::runtime_error". Never throws but std::bad_alloc.
std::string exception_type(const std::exception_ptr& error);

// Whether it is a CancelledError. False for null.
bool is_cancellation(const std::exception_ptr& error);

}  // namespace fibers::detail
