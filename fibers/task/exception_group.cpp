// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/exception_group.hpp"

#include <stdexcept>
#include <utility>

#include "fibers/task/exception_info.hpp"

namespace fibers {
namespace {

// One exception as a branch of the tree: groups by their what(), with every line further in.
std::string branch(const std::exception_ptr& error) {
    std::string text;
    try {
        std::rethrow_exception(error);
    } catch (const ExceptionGroup& group) {
        text = group.what();
    } catch (...) {
        text = detail::exception_text(error);
    }
    std::string indented = "\n  ";
    for (const char c : text) {
        indented += c;
        if (c == '\n') indented += "  ";
    }
    return indented;
}

using Condition = std::function<bool(const std::exception_ptr&)>;

// The group that an exception is; nothing if it is none.
std::optional<ExceptionGroup> as_group(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const ExceptionGroup& group) {
        return group;
    } catch (...) {
        return std::nullopt;
    }
}

std::optional<ExceptionGroup> part_of(const ExceptionGroup& group,
                                      std::vector<std::exception_ptr> exceptions) {
    if (exceptions.empty()) return std::nullopt;
    return group.derive(std::move(exceptions));
}

// The parts of a group that does not fulfil the condition as a whole.
ExceptionGroup::Split split_contents(const ExceptionGroup& group, const Condition& condition) {
    std::vector<std::exception_ptr> matching;
    std::vector<std::exception_ptr> rest;
    for (const std::exception_ptr& error : group.exceptions()) {
        if (condition(error)) {
            matching.push_back(error);
        } else if (const auto inner = as_group(error)) {
            const ExceptionGroup::Split parts = split_contents(*inner, condition);
            if (parts.matching) matching.push_back(std::make_exception_ptr(*parts.matching));
            if (parts.rest) rest.push_back(std::make_exception_ptr(*parts.rest));
        } else {
            rest.push_back(error);
        }
    }
    return {part_of(group, std::move(matching)), part_of(group, std::move(rest))};
}

}  // namespace

ExceptionGroup::Split ExceptionGroup::split(const Condition& condition) const {
    if (condition(std::make_exception_ptr(*this))) return {*this, std::nullopt};
    return split_contents(*this, condition);
}

std::optional<ExceptionGroup> ExceptionGroup::subgroup(const Condition& condition) const {
    return split(condition).matching;
}

ExceptionGroup::ExceptionGroup(const std::string& message, std::vector<std::exception_ptr> exceptions) {
    const std::size_t count = exceptions.size();
    if (count == 0) throw std::invalid_argument("an ExceptionGroup needs exceptions");
    std::string what =
        message + " (" + std::to_string(count) + (count == 1 ? " sub-exception)" : " sub-exceptions)");
    for (const std::exception_ptr& error : exceptions) what += branch(error);
    contents_ = std::make_shared<const Contents>(Contents{message, std::move(exceptions), std::move(what)});
}

}  // namespace fibers
