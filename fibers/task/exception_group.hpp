// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace fibers {

// Several exceptions at once: what TaskGroup::run() throws. what() is a readable tree. Copies share their
// contents. Source: Python's ExceptionGroup.
class ExceptionGroup : public std::exception {
public:
    // Throws std::invalid_argument if `exceptions` is empty.
    ExceptionGroup(const std::string& message, std::vector<std::exception_ptr> exceptions);

    // "unhandled errors in a TaskGroup (2 sub-exceptions)", then a line for each, groups in it indented.
    const char* what() const noexcept override { return contents_->what.c_str(); }
    // What the group was made with.
    const std::string& message() const noexcept { return contents_->message; }
    const std::vector<std::exception_ptr>& exceptions() const noexcept { return contents_->exceptions; }

private:
    struct Contents {
        std::string message;
        std::vector<std::exception_ptr> exceptions;
        std::string what;
    };
    std::shared_ptr<const Contents> contents_;
};

}  // namespace fibers
