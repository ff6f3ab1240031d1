// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace fibers {
namespace detail {

// A value of some FiberLocal.
struct LocalValue {
    LocalValue() = default;
    virtual ~LocalValue() = default;
    LocalValue(const LocalValue&) = delete;
    LocalValue& operator=(const LocalValue&) = delete;
};

// A key for a new FiberLocal; no two of a process are equal.
std::uint64_t new_local_key() noexcept;
// The running fiber's value, or the thread's outside fibers; null if there is none.
LocalValue* find_local(std::uint64_t key) noexcept;
// Adds one, which must be missing.
LocalValue& add_local(std::uint64_t key, std::unique_ptr<LocalValue> value);
// Destroys it; false if there is none.
bool remove_local(std::uint64_t key) noexcept;

}  // namespace detail

// A variable of which every fiber has one of its own, as every thread has of a thread_local: made when the
// fiber first uses it, destroyed when the fiber ends, in the fiber (a T's destructor must not wait there).
// What runs in no fiber (callbacks, plain threads, before and after run()) uses the thread's, which ends with
// the thread. New tasks begin with none: what they shall inherit is a ContextVar. Meant for namespace scope;
// the values of one that dies live on until their fibers end. On any thread. Source: gevent.local.local.
template <class T>
class FiberLocal {
    static_assert(std::is_object_v<T> && !std::is_const_v<T>);

public:
    // Values begin as T().
    FiberLocal() requires std::is_default_constructible_v<T> : make_([] { return T(); }) {}
    // Values begin as make() in the fiber that uses it first; make() may wait.
    explicit FiberLocal(std::function<T()> make) : make_(std::move(make)) {}
    FiberLocal(const FiberLocal&) = delete;
    FiberLocal& operator=(const FiberLocal&) = delete;

    // This fiber's, made if there is none yet. Suspends only if making it does. Throws what making it throws.
    // The reference is valid until reset() or the fiber's end, and only for this fiber.
    T& get() const {
        if (auto* const held = static_cast<Held*>(detail::find_local(key_))) return held->value;
        auto made = std::make_unique<Held>(make_);
        if (auto* const meanwhile = static_cast<Held*>(detail::find_local(key_))) return meanwhile->value;
        return static_cast<Held&>(detail::add_local(key_, std::move(made))).value;
    }
    T& operator*() const { return get(); }
    T* operator->() const { return &get(); }
    // Whether this fiber has one. Never suspends.
    bool has_value() const noexcept { return detail::find_local(key_) != nullptr; }
    // Destroys this fiber's; the next use makes a new one. False if there was none. Never suspends.
    bool reset() const noexcept { return detail::remove_local(key_); }

private:
    struct Held final : detail::LocalValue {
        explicit Held(const std::function<T()>& make) : value(make()) {}
        T value;
    };

    std::uint64_t key_ = detail::new_local_key();
    std::function<T()> make_;
};

}  // namespace fibers
