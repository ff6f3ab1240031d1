// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "fibers/task/gather_state.hpp"
#include "fibers/task/outcome.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// Given to gather() as its first argument: exceptions become results.
struct ReturnExceptions {};
inline constexpr ReturnExceptions return_exceptions{};

// The future of a gather(): a Future<R> that owns the tasks which gather() made of callables. When it dies
// before they are done they are cancelled, and its destructor waits for them (not in a callback, which cannot
// wait). Movable; copies of it are plain futures that own nothing.
template <class R>
class GatherFuture : public Future<R> {
public:
    using typename Future<R>::Taken;

    GatherFuture() = default;
    GatherFuture(GatherFuture&& other) noexcept
        : Future<R>(std::move(other)),
          owned_(std::move(other.owned_)),
          group_(std::exchange(other.group_, nullptr)) {}
    GatherFuture& operator=(GatherFuture&& other) noexcept {
        abandon();
        Future<R>::operator=(std::move(other));
        owned_ = std::move(other.owned_);
        group_ = std::exchange(other.group_, nullptr);
        return *this;
    }
    ~GatherFuture() { abandon(); }

    // See Future.
    using Future<R>::get;
    using Future<R>::result;
    Taken get() && {
        this->state().wait();
        return std::move(*this).result();
    }
    Taken result() && {
        if (this->done()) disown();
        return static_cast<Future<R>&&>(*this).result();
    }
    // Somebody else takes care of its tasks. Never suspends.
    void disown() noexcept {
        group_ = nullptr;
        owned_ = {};
    }

protected:
    template <class State>
    explicit GatherFuture(detail::Ref<State> state) noexcept
        : Future<R>(detail::Ref<detail::ValueState<R>>(state.get())),
          owned_(state.get()),
          group_(state.get()) {}

private:
    void abandon() noexcept {
        if (group_) group_->abandon();
    }

    detail::Ref<detail::FutureState> owned_;  // what group_ is a part of, even if the future was moved away
    detail::GatherGroup* group_ = nullptr;
};

namespace detail {

template <class R>
std::true_type is_gather(const GatherFuture<R>*);
std::false_type is_gather(const void*);

template <class X>
concept GatherRange = std::ranges::input_range<X> && !std::invocable<std::decay_t<X>>;

// The type of value that an argument of gather() will have.
template <class X>
struct ArgumentValue {
    using type = ValueOf<std::invoke_result_t<std::decay_t<X>>>;
};
template <FutureLike X>
struct ArgumentValue<X> {
    using type = decltype(future_value(static_cast<std::remove_cvref_t<X>*>(nullptr)));
};

// What gather() makes of a child that holds a T.
template <bool as_outcome, class T>
struct Gathered {
    using type = typename AsObject<T>::type;
    static type of(const GatherGroup::Child& child) {
        auto& state = static_cast<ValueState<T>&>(*child.future);
        if constexpr (std::is_void_v<T>) {
            return {};
        } else {
            return type(state.value.take(state.shared()));
        }
    }
};
template <class T>
struct Gathered<true, T> {
    using type = Outcome<typename AsObject<T>::type>;
    static type of(const GatherGroup::Child& child) {
        FutureState& state = *child.future;
        if (state.status() == FutureStatus::value) return type(Gathered<false, T>::of(child));
        return type(state.error(), state.status() == FutureStatus::cancelled);
    }
};

// gather(a, b, …): a tuple.
template <bool as_outcome, class... X>
struct GatherArguments {
    using Result = std::tuple<typename Gathered<as_outcome, typename ArgumentValue<X>::type>::type...>;
    static constexpr bool outcomes = as_outcome;
    static Result collect(const std::deque<GatherGroup::Child>& children) {
        [[maybe_unused]] auto child = children.begin();
        return Result{Gathered<as_outcome, typename ArgumentValue<X>::type>::of(*child++)...};
    }
};
// gather(range): a vector.
template <bool as_outcome, GatherRange X>
struct GatherArguments<as_outcome, X> {
    using Item = Gathered<as_outcome, typename ArgumentValue<std::ranges::range_reference_t<X>>::type>;
    using Result = std::vector<typename Item::type>;
    static constexpr bool outcomes = as_outcome;
    static Result collect(const std::deque<GatherGroup::Child>& children) {
        Result result;
        result.reserve(children.size());
        for (const GatherGroup::Child& child : children) result.push_back(Item::of(child));
        return result;
    }
};

template <class... A>
struct GatherShape : GatherArguments<false, A...> {};
template <class... A>
struct GatherShape<const ReturnExceptions&, A...> : GatherArguments<true, A...> {};
template <class... A>
struct GatherShape<ReturnExceptions, A...> : GatherArguments<true, A...> {};

template <class Shape>
class GatherState final : public ValueState<typename Shape::Result>, public GatherGroup {
public:
    using Result = typename Shape::Result;

    GatherState(kernel::Scheduler& scheduler, const SourceLocation& where) noexcept
        : ValueState<Result>(&scheduler), GatherGroup(*this, Shape::outcomes, where) {}

    bool cancel(const std::string& message) override { return GatherGroup::cancel(message); }
    const char* kind() const noexcept override { return "gather()"; }
    std::string details() override { return GatherGroup::details(); }

private:
    void set_results() override {
        this->value.fill([this] { return Shape::collect(children()); });
        this->finish_value();
    }
};

inline void add_argument(GatherGroup&, const ReturnExceptions&, const SourceLocation&) {}

template <FutureLike X>
void add_argument(GatherGroup& group, X&& future, const SourceLocation&) {
    bool owned = false;
    if constexpr (decltype(is_gather(static_cast<std::remove_cvref_t<X>*>(nullptr)))::value &&
                  !std::is_lvalue_reference_v<X>) {
        future.disown();
        owned = true;
    }
    group.add(Ref(&future.state()), owned);
}

template <class X>
requires std::invocable<std::decay_t<X>>
void add_argument(GatherGroup& group, X&& callable, const SourceLocation& where) {
    auto task = start_task(running_scheduler(), std::forward<X>(callable), {}, where);
    group.add(Ref(&task.state()), true);
}

template <GatherRange X>
void add_argument(GatherGroup& group, X&& range, const SourceLocation& where) {
    for (auto&& element : range) {
        if constexpr (!std::is_lvalue_reference_v<X> && !std::ranges::view<X>) {
            add_argument(group, std::move(element), where);
        } else {
            add_argument(group, std::forward<decltype(element)>(element), where);
        }
    }
}

}  // namespace detail

// gather(a, b, …), gather(range): waits for several at once. Each is a callable, which becomes a task, or a
// task or a future. Its future ends with all values in the order of the arguments: a std::tuple, or for a
// range a std::vector; void becomes std::monostate, a reference in it std::reference_wrapper. The same task
// given twice runs once.
//
//     auto [a, b] = gather([&] { return fetch(x); }, [&] { return fetch(y); }).get();
//
// The first exception (or cancelled child) ends it at once with that exception, and the tasks and futures
// that were handed in go on; the tasks that gather() made are cancelled and waited for first, because they
// may refer to the caller's frame. gather(return_exceptions, …) never fails: it ends with an Outcome for
// each. cancel() of the future, and of who waits for it, cancels every child.
//
// Making it never suspends; get() waits; the destructor of the handle waits for the tasks it owns, see
// GatherFuture. Throws RuntimeError outside run(), ResourceError if there is no stack. A value is moved out
// of a child whose handle nobody else has, else copied if it can be. Source: asyncio.gather.
template <class... A>
class [[nodiscard]] gather : public GatherFuture<typename detail::GatherShape<A...>::Result> {
    using State = detail::GatherState<detail::GatherShape<A...>>;

public:
    explicit gather(A&&... arguments, SourceLocation where = SourceLocation::current())
        : GatherFuture<typename State::Result>(detail::Ref(new State(detail::running_scheduler(), where))) {
        // If an argument fails, the destructor of the base ends the tasks made before.
        auto& state = static_cast<State&>(this->state());
        (detail::add_argument(state, std::forward<A>(arguments), where), ...);
        state.begin();
    }
};

template <class... A>
gather(A&&...) -> gather<A...>;

}  // namespace fibers
