// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

#include "fibers/fiber.hpp"

namespace fibers {
namespace detail {

// The state of a generator: also what it has yielded.
template <class T>
class GeneratorState : public FiberState {
public:
    using FiberState::FiberState;
    std::remove_reference_t<T>* item = nullptr;  // lives in the body until that is resumed
};

}  // namespace detail

// A range that a function fills while it is gone through, and that may wait as any code may:
//
//     fibers::generator<std::string> lines(int fd) {
//         return [fd](auto yield) {
//             for (Reader reader(fd); reader.more();) yield(reader.line());
//         };
//     }
//     for (const std::string& line : lines(fd)) use(line);
//
// generator<T> gives what the body moves or copies into yield(); generator<T&> and generator<const T&> give
// references to what the body holds. The body runs as a part of who goes through the range, on a stack of its
// own, between begin() or ++ and the next yield(): see Fiber, also for the places where it must not yield,
// threads, and run(). The range can be gone through once; going through it again goes on behind the last item
// given. When it dies before its end the body is unwound by FiberExit: see there. Movable.
// Source: Python's (asynchronous) generators; its types are those of std::generator in C++23.
template <class T>
class [[nodiscard]] generator {
    static_assert(std::is_reference_v<T> || (std::is_object_v<T> && std::same_as<T, std::remove_cv_t<T>>),
                  "generator<T>: T is an object type, or an lvalue reference");
    static_assert(!std::is_rvalue_reference_v<T>);
    using State = detail::GeneratorState<T>;

public:
    using value_type = std::remove_cvref_t<T>;
    using reference = std::conditional_t<std::is_reference_v<T>, T, T&&>;

    // What the body hands an item out with; to be used by the body only, on its own stack.
    class Yield {
    public:
        // Gives an item and returns when the next is wanted; the item must live until then, as arguments do.
        // Is no suspension point. Throws FiberExit if nobody will want one, RuntimeError if anybody else
        // calls it.
        void operator()(reference item) const {
            state_->item = std::addressof(item);
            state_->yield();
        }
        // The same for a copy of `item`.
        void operator()(const value_type& item) const
            requires(!std::is_reference_v<T> && std::copy_constructible<T>) {
            (*this)(T(item));
        }

    private:
        template <class, class, class>
        friend class detail::FiberBody;
        explicit Yield(State& state) noexcept : state_(&state) {}
        State* state_;
    };

    // An input iterator; only for this range, while that lives.
    class Iterator {
    public:
        using value_type = generator::value_type;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        // The item, which may be moved from, once. Never suspends.
        reference operator*() const noexcept { return static_cast<reference>(*state_->item); }
        // Runs the body up to its next yield() or its end. Suspends if that does. Throws what the body
        // throws, and the range is at its end then; RuntimeError if the body is running already.
        Iterator& operator++() {
            state_->resume(nullptr);
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept {
            return !it.state_ || it.state_->done();
        }

    private:
        friend class generator;
        explicit Iterator(State* state) noexcept : state_(state) {}
        State* state_ = nullptr;
    };

    // Of body(yield), which is decay-copied and does not begin yet. `stack_size`: bytes of address space,
    // committed as touched; 0: the default. Throws what copying the body throws.
    template <detail::FiberFunction<Yield, generator> F>
    generator(F&& body, std::size_t stack_size = 0)
        : state_(new detail::FiberBody<State, Yield, std::decay_t<F>>(std::forward<F>(body), stack_size)) {}

    // Goes to the first item, or to the next: see Iterator::operator++.
    Iterator begin() {
        Iterator it(state_.get());
        if (it != end()) ++it;
        return it;
    }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    std::unique_ptr<State, detail::FiberEnd> state_;
};

}  // namespace fibers

// It can be moved in no time and not copied: std::views take it.
template <class T>
inline constexpr bool std::ranges::enable_view<fibers::generator<T>> = true;
