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

}  // namespace

ExceptionGroup::ExceptionGroup(const std::string& message, std::vector<std::exception_ptr> exceptions) {
    const std::size_t count = exceptions.size();
    if (count == 0) throw std::invalid_argument("an ExceptionGroup needs exceptions");
    std::string what =
        message + " (" + std::to_string(count) + (count == 1 ? " sub-exception)" : " sub-exceptions)");
    for (const std::exception_ptr& error : exceptions) what += branch(error);
    contents_ = std::make_shared<const Contents>(Contents{message, std::move(exceptions), std::move(what)});
}

}  // namespace fibers
