// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_remote.hpp"

#include <cxxabi.h>

#include <cstdint>
#include <new>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <typeinfo>

#include "fibers/task/exception_info.hpp"

namespace fibers::detail {
namespace {

// What it was, and what it is here.
template <class Base>
class Remote final : public Base, public RemoteException {
public:
    template <class... A>
    explicit Remote(std::string type_name, A&&... arguments)
        : Base(std::forward<A>(arguments)...), RemoteException(std::move(type_name)) {}
};

// The same for a class that takes no text.
class RemoteBadAlloc final : public std::bad_alloc, public RemoteException {
public:
    RemoteBadAlloc(std::string type_name, std::string text)
        : RemoteException(std::move(type_name)), text_(std::move(text)) {}
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

// what() of a std::system_error ends in the message of its code: it is given whole.
class RemoteSystemError final : public std::system_error, public RemoteException {
public:
    RemoteSystemError(std::string type_name, std::error_code code, std::string text)
        : std::system_error(code), RemoteException(std::move(type_name)), text_(std::move(text)) {}
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

// The classes that are told apart: derived ones before their bases. An index into them goes over the wire.
template <class... E>
struct Classes {};
using Known =
    Classes<std::invalid_argument, std::domain_error, std::length_error, std::out_of_range, std::logic_error,
            std::range_error, std::overflow_error, std::underflow_error, TimeoutError, ResourceError,
            DeadlockError, InvalidStateError, RuntimeError, std::runtime_error>;
constexpr std::uint8_t is_system_error = 100;
constexpr std::uint8_t is_bad_alloc = 101;
constexpr std::uint8_t is_something_else = 102;

template <class... E>
std::uint8_t class_of(const std::exception& error, Classes<E...>) {
    if (dynamic_cast<const std::system_error*>(&error)) return is_system_error;
    if (dynamic_cast<const std::bad_alloc*>(&error)) return is_bad_alloc;
    std::uint8_t index = 0;
    const bool known = ((dynamic_cast<const E*>(&error) || (++index, false)) || ...);
    return known ? index : is_something_else;
}

template <class... E>
std::exception_ptr make(std::uint8_t wanted, const std::string& type, const std::string& text,
                        Classes<E...>) {
    std::exception_ptr made;
    std::uint8_t index = 0;
    (void)((index++ == wanted && (made = std::make_exception_ptr(Remote<E>(type, text)), true)) || ...);
    return made ? made : std::make_exception_ptr(Remote<RuntimeError>(type, text));
}

}  // namespace

void write_exception(WireWriter& out, const std::exception_ptr& error) {
    std::uint8_t its_class = is_something_else;
    std::string text;
    int code = 0;
    bool system = false;
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        its_class = class_of(e, Known{});
        text = e.what();
        if (const auto* const with_code = dynamic_cast<const std::system_error*>(&e)) {
            code = with_code->code().value();
            system = with_code->code().category() == std::system_category();
            const bool generic = with_code->code().category() == std::generic_category();
            if (!system && !generic) its_class = class_of(std::runtime_error(""), Known{});
        }
    } catch (...) {
        text = exception_text(error);
    }
    Wire<std::uint8_t>::write(out, its_class);
    Wire<std::string>::write(out, exception_type(error));
    Wire<std::string>::write(out, text);
    Wire<int>::write(out, code);
    Wire<bool>::write(out, system);
}

std::exception_ptr read_exception(WireReader& in) {
    const auto its_class = Wire<std::uint8_t>::read(in);
    const auto type = Wire<std::string>::read(in);
    const auto text = Wire<std::string>::read(in);
    const int code = Wire<int>::read(in);
    const bool system = Wire<bool>::read(in);
    const auto& category = system ? std::system_category() : std::generic_category();
    if (its_class == is_system_error) {
        return std::make_exception_ptr(RemoteSystemError(type, std::error_code(code, category), text));
    }
    if (its_class == is_bad_alloc) return std::make_exception_ptr(RemoteBadAlloc(type, text));
    return make(its_class, type, text, Known{});
}

}  // namespace fibers::detail
