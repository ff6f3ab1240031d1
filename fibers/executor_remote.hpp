// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What calls in other processes throw here.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/executor_wire.hpp"

namespace fibers {

// A call of a ProcessPoolExecutor has failed because its process died: killed, crashed, or ended by _exit.
// what() says how. The executor goes on with another process.
class BrokenProcessPool : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// Part of every exception that a call in another process threw. The whole is also of the nearest standard
// class, or else of RuntimeError, and its what() is what it was there:
//
//     catch (const std::invalid_argument& e) …   // thrown as that, or as something derived from it
//     catch (const RemoteException& e) …         // e.type_name() is "app::BadUrl"
class RemoteException {
public:
    explicit RemoteException(std::string type_name) : type_name_(std::move(type_name)) {}
    virtual ~RemoteException() = default;
    // The class that was thrown.
    const std::string& type_name() const noexcept { return type_name_; }

protected:
    RemoteException(const RemoteException&) = default;
    RemoteException& operator=(const RemoteException&) = default;

private:
    std::string type_name_;
};

namespace detail {

// An exception as bytes.
void write_exception(WireWriter& out, const std::exception_ptr& error);
// The exception that these bytes stand for.
std::exception_ptr read_exception(WireReader& in);

}  // namespace detail
}  // namespace fibers
