// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The values of a context stand in one sorted array, which contexts share until one of them changes: a copy
// costs a count, a change costs a copy of few elements.
#include "fibers/context.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace fibers {
namespace detail {
namespace {

struct Variable {
    std::uint64_t key;   // of the ContextVar
    ContextValue value;  // never null
};

// What an InheritedRef refers to.
struct Node : kernel::Inherited {
    explicit Node(bool it_is_context) noexcept : is_context(it_is_context) {}
    const bool is_context;  // a State, else Variables
};

// The values of a context, sorted by key. Never changes; a copy of a context in which nothing was set yet is
// this alone.
struct Variables final : Node {
    Variables() noexcept : Node(false) {}
    std::vector<Variable> all;
};

std::uint64_t new_serial() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// A context that has handles, or in which something was set.
struct State final : Node {
    explicit State(kernel::InheritedRef its_variables) noexcept
        : Node(true), variables(std::move(its_variables)) {}
    kernel::InheritedRef variables;             // Variables, or null: none
    const std::uint64_t serial = new_serial();  // tells it from other contexts
    int entered = 0;                            // times, by run(), that have not ended
};

State* state_of(const kernel::InheritedRef& context) noexcept {
    auto* const node = static_cast<Node*>(context.get());
    return node && node->is_context ? static_cast<State*>(node) : nullptr;
}

const kernel::InheritedRef& variables_of(const kernel::InheritedRef& context) noexcept {
    const State* const state = state_of(context);
    return state ? state->variables : context;
}

const std::vector<Variable>& all_of(const kernel::InheritedRef& variables) noexcept {
    static const std::vector<Variable> none;
    return variables ? static_cast<const Variables*>(variables.get())->all : none;
}

auto place_of(const std::vector<Variable>& all, std::uint64_t key) noexcept {
    return std::lower_bound(all.begin(), all.end(), key,
                            [](const Variable& variable, std::uint64_t k) { return variable.key < k; });
}

// Gives the variable another value, or none for null. Returns the one it had.
ContextValue replace(State& state, std::uint64_t key, ContextValue value) {
    const std::vector<Variable>& now = all_of(state.variables);
    const auto at = place_of(now, key);
    const bool had = at != now.end() && at->key == key;
    ContextValue before = had ? at->value : nullptr;
    if (!had && !value) return before;
    auto* const changed = new Variables;
    kernel::InheritedRef next(changed);
    changed->all.reserve(now.size() + 1);
    changed->all.insert(changed->all.end(), now.begin(), at);
    if (value) changed->all.push_back({key, std::move(value)});
    changed->all.insert(changed->all.end(), at + (had ? 1 : 0), now.end());
    if (changed->all.empty()) next.reset();
    // What dies with the old ones must find the new ones in place.
    std::swap(state.variables, next);
    return before;
}

}  // namespace

std::uint64_t new_context_key() noexcept {
    return new_serial();
}

kernel::InheritedRef& current_inherited() noexcept {
    static thread_local kernel::InheritedRef of_thread;
    return kernel::this_fiber ? kernel::this_fiber->inherited : of_thread;
}

kernel::InheritedRef copy_inherited() noexcept {
    return variables_of(current_inherited());
}

const void* find_context_value(std::uint64_t key) noexcept {
    return find_context_value(current_inherited(), key);
}

const void* find_context_value(const kernel::InheritedRef& context, std::uint64_t key) noexcept {
    const std::vector<Variable>& all = all_of(variables_of(context));
    const auto at = place_of(all, key);
    return at != all.end() && at->key == key ? at->value.get() : nullptr;
}

ContextChange set_context_value(std::uint64_t key, ContextValue value) {
    kernel::InheritedRef& here = current_inherited();
    if (!state_of(here)) here = kernel::InheritedRef(new State(here));
    State& state = *state_of(here);
    return {key, state.serial, replace(state, key, std::move(value)), false};
}

void reset_context_value(std::uint64_t key, const std::string& name, ContextChange& change) {
    const std::string token = "the Token for the ContextVar '" + name + "' ";
    if (change.used) throw RuntimeError(token + "has already been used once");
    if (change.variable != key) throw std::invalid_argument(token + "was created by a different ContextVar");
    State* const state = state_of(current_inherited());
    if (!state || change.context != state->serial) {
        throw std::invalid_argument(token + "was created in a different Context");
    }
    replace(*state, key, change.before);
    change.used = true;
}

EnteredContext::EnteredContext(const kernel::InheritedRef& context) : here_(current_inherited()) {
    State& state = *state_of(context);
    State* const outer = state_of(here_);
    if (state.entered > 0 || &state == outer) {
        throw RuntimeError("cannot enter context: it is already entered");
    }
    ++state.entered;
    // The task's own, which others may share, is entered while the task is in this one.
    if (outer) ++outer->entered;
    before_ = std::exchange(here_, context);
}

EnteredContext::~EnteredContext() {
    --state_of(here_)->entered;
    if (State* const outer = state_of(before_)) --outer->entered;
    std::swap(here_, before_);
}

}  // namespace detail

Context::Context() : Context(kernel::InheritedRef()) {}

Context::Context(kernel::InheritedRef variables) : state_(new detail::State(std::move(variables))) {}

std::size_t Context::size() const noexcept {
    return detail::all_of(detail::variables_of(state_)).size();
}

Context Context::copy() const {
    return Context(detail::variables_of(state_));
}

Context copy_context() {
    return Context(detail::copy_inherited());
}

}  // namespace fibers
