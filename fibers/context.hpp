// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Context variables, as in PEP 567: values that follow a task and those it creates, such as the number of the
// request that is being served.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers {

template <class T>
class ContextVar;

namespace detail {

// A value of some variable. Null: it has none.
using ContextValue = std::shared_ptr<const void>;

// What a ContextVar::set() changed.
struct ContextChange {
    std::uint64_t variable = 0;  // the key of the variable
    std::uint64_t context = 0;   // the serial of the context it was set in
    ContextValue before;         // null: it had no value there
    bool used = true;            // reset() has taken it back, or there is none
};

// A key for a new variable; no two of a process are equal.
std::uint64_t new_context_key() noexcept;
// The value in the context that this code runs in, or null. Valid until that context changes.
const void* find_context_value(std::uint64_t key) noexcept;
// The same in another one.
const void* find_context_value(const kernel::InheritedRef& context, std::uint64_t key) noexcept;
ContextChange set_context_value(std::uint64_t key, ContextValue value);
// Takes a change back; `name` is the variable's. Throws as ContextVar::reset().
void reset_context_value(std::uint64_t key, const std::string& name, ContextChange& change);

// What this code runs in: the fiber's context, or the thread's outside fibers. Null as long as nothing has a
// value there.
kernel::InheritedRef& current_inherited() noexcept;
// A copy of it as it is now.
kernel::InheritedRef copy_inherited() noexcept;

// The context of who adds a callback, copied for it.
class CopiedContext {
public:
    CopiedContext() noexcept : variables_(copy_inherited()) {}

    // Runs f() with the variables as they were. What f() sets is seen by nobody else.
    template <class F>
    void run(F&& f) const {
        struct Scope {
            kernel::InheritedRef& here = current_inherited();
            kernel::InheritedRef before;
            ~Scope() { here = std::move(before); }
        } scope;
        scope.before = std::exchange(scope.here, variables_);
        std::forward<F>(f)();
    }

private:
    kernel::InheritedRef variables_;
};

// Makes a Context the current one while it lives.
class EnteredContext {
public:
    explicit EnteredContext(const kernel::InheritedRef& context);
    ~EnteredContext();
    EnteredContext(const EnteredContext&) = delete;
    EnteredContext& operator=(const EnteredContext&) = delete;

private:
    kernel::InheritedRef& here_;
    kernel::InheritedRef before_;
};

}  // namespace detail

// What ContextVar::set() returns: remembers the value before. Movable; one that was moved away is used up.
// Source: contextvars.Token.
template <class T>
class Token {
public:
    Token(Token&& other) noexcept : change_(std::exchange(other.change_, {})) {}
    Token& operator=(Token&& other) noexcept {
        change_ = std::exchange(other.change_, {});
        return *this;
    }

    // The value that the variable had in its context; nothing if it had none (its default does not count).
    // Never suspends.
    std::optional<T> old_value() const {
        if (!change_.before) return std::nullopt;
        return *static_cast<const T*>(change_.before.get());
    }

private:
    friend class ContextVar<T>;
    explicit Token(detail::ContextChange change) noexcept : change_(std::move(change)) {}
    detail::ContextChange change_;
};

// A variable with a value for each context. Every task runs in a context of its own, a copy of its creator's:
// what a task sets is seen by the tasks it creates later, not by the one that created it. Done callbacks run
// in copies, too. Outside fibers each thread has a context, which run() copies for its main task. Meant for
// namespace scope; the values live on in their contexts if it dies first. A T is copied out, so a large one
// is better a std::shared_ptr. Members may be called on any thread; contexts share values among threads. No
// member suspends. Source: contextvars.ContextVar.
template <class T>
class ContextVar {
    static_assert(std::is_object_v<T> && !std::is_const_v<T>);

public:
    // `name` is for messages. Without a default get() throws where no value was set.
    explicit ContextVar(std::string name) : name_(std::move(name)) {}
    ContextVar(std::string name, T default_value)
        : name_(std::move(name)), default_(std::move(default_value)) {}
    ContextVar(const ContextVar&) = delete;
    ContextVar& operator=(const ContextVar&) = delete;

    const std::string& name() const noexcept { return name_; }

    // Its value in the current context, else its default. Throws LookupError if it has neither.
    T get() const {
        if (const T* const value = find()) return *value;
        if (default_) return *default_;
        throw LookupError("the ContextVar '" + name_ + "' has no value here");
    }
    // Its value in the current context, else `fallback`, whatever its default.
    T get(T fallback) const {
        if (const T* const value = find()) return *value;
        return fallback;
    }
    // Gives it a value in the current context. The token takes that back.
    Token<T> set(T value) const {
        return Token<T>(detail::set_context_value(key_, std::make_shared<const T>(std::move(value))));
    }
    // Gives it back the value, or none, that it had before the set() that returned `token`. Throws
    // RuntimeError if that was done before, std::invalid_argument for another variable's token and in
    // another context than it was set in.
    void reset(Token<T>& token) const { detail::reset_context_value(key_, name_, token.change_); }

private:
    friend class Context;
    const T* find() const noexcept { return static_cast<const T*>(detail::find_context_value(key_)); }

    std::uint64_t key_ = detail::new_context_key();
    std::string name_;
    std::optional<T> default_;
};

// A set of values of context variables, in which code can be run. A shared handle: copies are the same
// context; copy() makes another. One thread at a time, but a copy() may go to another thread. No member but
// run() suspends. Source: contextvars.Context.
class Context {
public:
    // One in which nothing has a value. Throws std::bad_alloc.
    Context();
    Context(const Context&) = default;  // moving is copying: no handle is empty
    Context& operator=(const Context&) = default;

    // Calls f(arguments…) in this context and returns what it returns: what f sets stays here, and later
    // calls find it. Suspends if f does. Throws what f throws; RuntimeError if it is entered already: by a
    // run() that has not returned, or as the context of the task that runs now.
    template <class F, class... A>
    std::invoke_result_t<F, A...> run(F&& f, A&&... arguments) const {
        const detail::EnteredContext entered(state_);
        return std::invoke(std::forward<F>(f), std::forward<A>(arguments)...);
    }
    // The value of a variable here; nothing if it has none (its default does not count).
    template <class T>
    std::optional<T> get(const ContextVar<T>& variable) const {
        const void* const value = detail::find_context_value(state_, variable.key_);
        if (!value) return std::nullopt;
        return *static_cast<const T*>(value);
    }
    template <class T>
    bool contains(const ContextVar<T>& variable) const {
        return detail::find_context_value(state_, variable.key_) != nullptr;
    }
    // How many variables have a value here.
    std::size_t size() const noexcept;
    // Another context with the same values. Costs the same however many there are. Throws std::bad_alloc.
    Context copy() const;

    // For the library: what the handles share.
    const kernel::InheritedRef& state() const noexcept { return state_; }

private:
    friend Context copy_context();
    explicit Context(kernel::InheritedRef variables);
    kernel::InheritedRef state_;
};

// A copy of the context that this code runs in. Costs the same however many values there are. Never suspends.
// Throws std::bad_alloc. Any thread. Source: contextvars.copy_context.
Context copy_context();

namespace detail {

// Gives a new fiber its context: the chosen one, or a copy of this code's.
inline void hand_on_context(kernel::InheritedRef& to, const std::optional<Context>& chosen) {
    if (chosen) {
        to = chosen->state();
    } else if (!kernel::this_fiber || kernel::this_fiber->inherited) {
        to = copy_inherited();
    }
}

}  // namespace detail
}  // namespace fibers
