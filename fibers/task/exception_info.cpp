// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/exception_info.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include "fibers/error.hpp"

namespace fibers::detail {
namespace {

std::string type_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    return name ? name.get() : type.name();
}

}  // namespace

std::string exception_text(const std::exception_ptr& error) {
    if (!error) return "no exception";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return type_name(typeid(e)) + "('" + e.what() + "')";
    } catch (const CancelledError& e) {
        return "fibers::CancelledError('" + e.message() + "')";
    } catch (...) {
        const std::type_info* const type = abi::__cxa_current_exception_type();
        return type ? type_name(*type) : "an exception";
    }
}

std::string exception_type(const std::exception_ptr& error) {
    if (!error) return {};
    try {
        std::rethrow_exception(error);
    } catch (...) {
        const std::type_info* const type = abi::__cxa_current_exception_type();
        return type ? type_name(*type) : "an exception";
    }
}

bool is_cancellation(const std::exception_ptr& error) {
    if (!error) return false;
    try {
        std::rethrow_exception(error);
    } catch (const CancelledError&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace fibers::detail
