// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "fibers/source_location.hpp"
#include "fibers/task/imap.hpp"
#include "fibers/task/pool_state.hpp"
#include "fibers/task/task.hpp"

namespace fibers {
namespace detail {

template <class F, class R>
concept PoolFunction = std::ranges::input_range<R> && std::invocable < std::decay_t<F>
&, std::ranges::range_value_t < R >> ;

// What a function of items of R gives, as a future holds it.
template <class F, class R>
using PoolResult = ValueOf<std::invoke_result_t<std::decay_t<F>&, std::ranges::range_value_t<R>>>;

}  // namespace detail

// Tasks of which never more than so many run at once; who asks for one more waits, first come, first served:
//
//     Pool pool(20);
//     for (Page& page : pool.imap_unordered(fetch, urls)) use(page);
//
// For the loop's thread only, within run(). It owns its tasks: when it dies, those that are left are
// cancelled and waited for (not in a callback, which cannot wait), so they may refer to what lives longer
// than the pool. Nobody may wait for a place then. Source: gevent.pool.Pool; its Group is TaskGroup.
class Pool {
public:
    // Throws std::invalid_argument if there is room for none.
    explicit Pool(std::size_t size) : state_(std::make_shared<detail::PoolState>(size)) {}
    ~Pool() { state_->end(nullptr); }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // create_task() as soon as there is a place, which it has until it ends. Suspends while there is none;
    // notices cancellation. Throws CancelledError, RuntimeError outside run() or if it would have to wait
    // outside a fiber, ResourceError if there is no stack, and what copying f throws.
    template <detail::TaskFunction F>
    auto spawn(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) {
        detail::PoolMembership membership(state_, nullptr);
        membership.take_place();
        return detail::start_pooled(std::move(membership), std::forward<F>(f), std::move(options), where);
    }
    // The same for f(a), f(a, b) and f(a, b, c).
    template <class F, class A>
    requires detail::TaskFunction<F, A>
    auto spawn(F&& f, A&& a, SourceLocation where = SourceLocation::current()) {
        return spawn(detail::bind_call(std::forward<F>(f), std::forward<A>(a)), {}, where);
    }
    template <class F, class A, class B>
    requires detail::TaskFunction<F, A, B>
    auto spawn(F&& f, A&& a, B&& b, SourceLocation where = SourceLocation::current()) {
        return spawn(detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b)), {},
                     where);
    }
    template <class F, class A, class B, class C>
    requires detail::TaskFunction<F, A, B, C>
    auto spawn(F&& f, A&& a, B&& b, C&& c, SourceLocation where = SourceLocation::current()) {
        return spawn(
            detail::bind_call(std::forward<F>(f), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c)),
            {}, where);
    }
    // create_task() at once; the task waits for its place itself before it calls f. Never suspends. Throws
    // as spawn(), but no CancelledError.
    template <detail::TaskFunction F>
    auto apply_async(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) {
        return detail::start_pooled(detail::PoolMembership(state_, nullptr), std::forward<F>(f),
                                    std::move(options), where);
    }
    // Runs f() in a task of the pool and returns what it returns; in a task that has a place already, just
    // calls it. Suspends; being cancelled cancels the task. Throws what f throws, too; else as spawn().
    template <detail::TaskFunction F>
    auto apply(F&& f, SourceLocation where = SourceLocation::current()) {
        if (const auto* const member = state_->current(); member && member->has_place) {
            return detail::bind_call(std::forward<F>(f))();
        }
        return spawn(std::forward<F>(f), {}, where).get();
    }

    // Calls f(item) in a task for each item of a range, and returns a vector of what they return, in the
    // range's order; nothing if f does. Suspends. The first exception, in that order, ends it: the tasks that
    // are left are cancelled and waited for, as by a cancellation. Throws that, what the range throws, and as
    // spawn().
    template <class F, class R>
    requires detail::PoolFunction<F, R>
    auto map(F&& f, R&& range, SourceLocation where = SourceLocation::current()) {
        auto results =
            imap(std::forward<F>(f), std::forward<R>(range), std::numeric_limits<std::size_t>::max(), where);
        if constexpr (std::is_void_v<detail::PoolResult<F, R>>) {
            while (results.next()) continue;
        } else {
            std::vector<typename decltype(results)::Value> all;
            while (auto* const result = results.next()) all.push_back(std::move(*result));
            return all;
        }
    }

    // A range of what f(item) returns for each item of a range, in the range's order; see Imap. A task of the
    // pool goes through the range, which may wait and need not have an end, and a task is made of each item,
    // ahead of the reader: up to `max_unread` results more than the pool has places are made or being made
    // before it has taken them, by default as many as there are places. f is copied once and called for
    // several items side by side; items are copied, or moved if they can be. A range and an f that stay where
    // they are must live as long as the Imap. Making it never suspends, going through it does. In a task of
    // this pool it needs a second place. Throws RuntimeError outside run(), ResourceError if there is no
    // stack, and what copying f throws.
    template <class F, class R>
    requires detail::PoolFunction<F, R>
    auto imap(F&& f, R&& range, std::size_t max_unread, SourceLocation where = SourceLocation::current()) {
        return make_imap<F, R>(detail::ImapOrder::of_input, f, range, max_unread, where);
    }
    template <class F, class R>
    requires detail::PoolFunction<F, R>
    auto imap(F&& f, R&& range, SourceLocation where = SourceLocation::current()) {
        return make_imap<F, R>(detail::ImapOrder::of_input, f, range, max_size(), where);
    }
    // The same in the order in which they are done.
    template <class F, class R>
    requires detail::PoolFunction<F, R>
    auto imap_unordered(F&& f, R&& range, std::size_t max_unread,
                        SourceLocation where = SourceLocation::current()) {
        return make_imap<F, R>(detail::ImapOrder::of_end, f, range, max_unread, where);
    }
    template <class F, class R>
    requires detail::PoolFunction<F, R>
    auto imap_unordered(F&& f, R&& range, SourceLocation where = SourceLocation::current()) {
        return make_imap<F, R>(detail::ImapOrder::of_end, f, range, max_size(), where);
    }

    // Waits until nothing runs in it any more, nor waits for a place. Suspends unless that is so; notices
    // cancellation. Throws CancelledError, RuntimeError in a task of the pool, or if it would have to wait
    // outside a fiber.
    void join() { state_->join(); }
    // Cancels all its tasks and waits for them; in one of them, for the others. Suspends unless there are
    // none; notices cancellation. Throws CancelledError, RuntimeError outside a fiber. Source: gevent's kill.
    void kill() { state_->kill(nullptr); }
    // Waits until there is a place, which somebody else may take. Suspends while there is none; notices
    // cancellation. Throws CancelledError, RuntimeError if it would have to wait outside a fiber.
    void wait_available() {
        state_->places().acquire();
        state_->places().release();
    }
    // How many can run at once. Never suspends.
    std::size_t max_size() const noexcept { return state_->size(); }
    // How many places nobody has been given. Never suspends.
    std::size_t free_count() const noexcept { return state_->places().available(); }
    // Whether spawn() would wait: also while somebody was let in and has not run yet. Never suspends.
    bool full() const noexcept { return !state_->places().at_once(); }

private:
    template <class F, class R>
    auto make_imap(detail::ImapOrder order, std::remove_reference_t<F>& f, std::remove_reference_t<R>& range,
                   std::size_t max_unread, const SourceLocation& where) {
        using T = detail::PoolResult<F, R>;
        constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max();
        const std::size_t unread = max_unread < most - max_size() ? max_size() + max_unread : most;
        auto state =
            std::make_shared<detail::ImapState<T>>(state_, order, static_cast<std::ptrdiff_t>(unread));
        detail::ImapFeed<T, std::decay_t<F>, R> feed(state, std::forward<F>(f), std::forward<R>(range),
                                                     where);
        return Imap<T>(std::move(state), std::move(feed), where);
    }

    std::shared_ptr<detail::PoolState> state_;
};

}  // namespace fibers
