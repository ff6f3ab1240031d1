// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a loop's exception handler is told.
#pragma once

#include <exception>
#include <string>

namespace fibers {

// Something that went wrong where nobody can catch it. Source: the `context` of asyncio's
// loop.call_exception_handler.
struct ErrorContext {
    std::string message;  // what happened: "Exception in callback …"; empty: "Unhandled exception …"
    std::exception_ptr exception;  // the exception, if it is one
    std::string task = {};         // the task concerned, as printed; empty if none is
    std::string future = {};       // the future concerned, as printed; empty if none is
    std::string handle = {};       // the callback's Handle, as printed; empty if none is
};

// What the default handler says of it, in one line. Never suspends.
std::string describe(const ErrorContext& context);

namespace detail {

// Tells the handler of the loop that runs on this thread; without one, report(). Never suspends, never
// throws.
void report_error(const ErrorContext& context) noexcept;

}  // namespace detail
}  // namespace fibers
