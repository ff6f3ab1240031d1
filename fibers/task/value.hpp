// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Room for the value of a future: of any type that can be moved, void and references included.
#pragma once

#include <memory>
#include <new>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace fibers::detail {

// What a future of a function that returns R holds: R without const and without the && of a reference.
template <class R>
using ValueOf =
    std::conditional_t<std::is_lvalue_reference_v<R>, R, std::remove_cv_t<std::remove_reference_t<R>>>;

// Whether a T can really be copied: a vector claims so whatever it holds.
template <class T>
struct Copyable : std::is_copy_constructible<T> {};
template <class T>
requires requires {
    typename T::value_type;
} &&(!std::is_same_v<typename T::value_type, T>)struct Copyable<T>
    : std::conjunction<std::is_copy_constructible<T>, Copyable<typename T::value_type>> {
};
template <class... T>
struct Copyable<std::tuple<T...>> : std::conjunction<Copyable<T>...> {};
template <class A, class B>
struct Copyable<std::pair<A, B>> : std::conjunction<Copyable<A>, Copyable<B>> {};

// Room for a T, empty at first.
template <class T>
class Value {
public:
    using Shared = const T&;  // what many readers get
    using Taken = T;          // what the last reader gets

    Value() noexcept {}
    ~Value() {
        if (set_) std::destroy_at(std::addressof(value_));
    }
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;

    // Fills it with what make() returns, without moving it.
    template <class Make>
    void fill(Make&& make) {
        ::new (static_cast<void*>(std::addressof(value_))) T(std::forward<Make>(make)());
        set_ = true;
    }
    Shared share() const noexcept { return value_; }
    // Moves the value out if nobody else can read it, or if there is no other way.
    Taken take(bool others_may_read) {
        if constexpr (Copyable<T>::value) {
            if (others_may_read) return value_;
        }
        return std::move(value_);
    }
    // In words, for numbers and strings.
    std::string text() const {
        if constexpr (std::is_same_v<T, bool>) {
            return set_ ? (value_ ? "true" : "false") : "";
        } else if constexpr (std::is_arithmetic_v<T>) {
            return set_ ? std::to_string(value_) : "";
        } else if constexpr (std::is_same_v<T, std::string>) {
            return set_ ? "'" + value_ + "'" : "";
        }
        return {};
    }

private:
    union {
        T value_;
    };
    bool set_ = false;
};

template <>
class Value<void> {
public:
    using Shared = void;
    using Taken = void;

    template <class Make>
    void fill(Make&& make) {
        std::forward<Make>(make)();
    }
    void share() const noexcept {}
    void take(bool) noexcept {}
    std::string text() const { return {}; }
};

template <class T>
class Value<T&> {
public:
    using Shared = T&;
    using Taken = T&;

    template <class Make>
    void fill(Make&& make) {
        T& value = std::forward<Make>(make)();
        value_ = std::addressof(value);
    }
    T& share() const noexcept { return *value_; }
    T& take(bool) noexcept { return *value_; }
    std::string text() const { return {}; }

private:
    T* value_ = nullptr;
};

}  // namespace fibers::detail
