// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What fibers:: functions throw. (netpatch:: and libc return errno.)
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace fibers {

// Thrown out of a suspension point of a task on which cancel() was called. Not a std::exception, so that
// `catch (const std::exception&)` lets it pass, as Python's CancelledError is no Exception. A `catch (...)`
// that catches it must rethrow it. Source: asyncio.CancelledError.
class CancelledError {
public:
    explicit CancelledError(std::string message = {}) : message_(std::move(message)) {}

    // What cancel(message) was given; empty if nothing.
    const std::string& message() const noexcept { return message_; }
    // An exception that the cancelled code raised instead of letting the cancellation through; may be null.
    std::exception_ptr cause() const noexcept { return cause_; }
    void set_cause(std::exception_ptr cause) noexcept { cause_ = std::move(cause); }

private:
    std::string message_;
    std::exception_ptr cause_;
};

// Base of the errors below: the library was asked for something that cannot be. Source: Python's
// RuntimeError.
class RuntimeError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Thrown by timeout() and wait_for() when their time is over. cause() is the CancelledError that ended the
// body.
class TimeoutError : public RuntimeError {
public:
    explicit TimeoutError(const std::string& what = "timed out", std::exception_ptr cause = {})
        : RuntimeError(what), cause_(std::move(cause)) {}
    std::exception_ptr cause() const noexcept { return cause_; }

private:
    std::exception_ptr cause_;
};

// Thrown by result() and exception() of a future that is not done, and by set_*() of one that is.
class InvalidStateError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// What a future fails with whose Promise was dropped before it was set.
class BrokenPromiseError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// Thrown by ContextVar::get() if the variable has no value. Source: Python's LookupError.
class LookupError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// Thrown by run() when no fiber can ever run again; what() names each waiting fiber, what it waits for and
// where it was created.
class DeadlockError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// Thrown when the system gives no more memory, stacks, descriptors or threads; what() says what to raise.
class ResourceError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// Thrown by run() when Ctrl-C ended it. Not a std::exception, as in Python.
class KeyboardInterrupt {};

}  // namespace fibers
