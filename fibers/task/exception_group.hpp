// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

    // A group of other exceptions with the same message. Never suspends. Throws as the constructor. Source:
    // Python's ExceptionGroup.derive.
    ExceptionGroup derive(std::vector<std::exception_ptr> exceptions) const {
        return {message(), std::move(exceptions)};
    }

    struct Split;
    // Parts the group as `except*` does: what is an E (or one of several types), and the rest. Both keep the
    // tree, the messages and the order; a group of which nothing is left is left out. A group in the tree
    // that is itself an E (an std::exception, say) goes whole. Never suspends. Throws std::bad_alloc.
    // Source: Python's BaseExceptionGroup.split, the same of subgroup.
    template <class E, class... Others>
    Split split() const;
    // The same with a condition, which is asked about this group first, then about what is in it.
    Split split(const std::function<bool(const std::exception_ptr&)>& condition) const;
    // Only the first part: nothing if no E is in it.
    template <class E, class... Others>
    std::optional<ExceptionGroup> subgroup() const;
    std::optional<ExceptionGroup> subgroup(
        const std::function<bool(const std::exception_ptr&)>& condition) const;

private:
    struct Contents {
        std::string message;
        std::vector<std::exception_ptr> exceptions;
        std::string what;
    };
    std::shared_ptr<const Contents> contents_;
};

// The two parts of a group.
struct ExceptionGroup::Split {
    std::optional<ExceptionGroup> matching;  // what fulfils the condition, if anything does
    std::optional<ExceptionGroup> rest;      // what does not, if there is any
};

namespace detail {

// Whether it is an E, as a handler for E sees it.
template <class E>
bool is_a(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const E&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace detail

template <class E, class... Others>
ExceptionGroup::Split ExceptionGroup::split() const {
    return split([](const std::exception_ptr& error) {
        return detail::is_a<E>(error) || (detail::is_a<Others>(error) || ...);
    });
}

template <class E, class... Others>
std::optional<ExceptionGroup> ExceptionGroup::subgroup() const {
    return split<E, Others...>().matching;
}

}  // namespace fibers
