// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

#include "fibers/sync/queue.hpp"
#include "fibers/task/outcome.hpp"
#include "fibers/task/pool_state.hpp"

namespace fibers {
namespace detail {

// The order in which an imap() gives its results.
enum class ImapOrder : std::uint8_t {
    of_input,  // as the items came
    of_end,    // as they are done
};

// What an imap(), its feeder and its tasks share.
template <class T>
class ImapState {
public:
    ImapState(std::shared_ptr<PoolState> its_pool, ImapOrder its_order, std::ptrdiff_t most_unread) noexcept
        : pool(std::move(its_pool)), order(its_order), unread(most_unread, "the reader of an imap()") {}

    // A task has been made.
    void started(const std::shared_ptr<ImapState>& self, const Task<T>& task) {
        if (order == ImapOrder::of_input) return results.put_nowait(task);
        ++running;
        task.add_done_callback([self](const Task<T>& done) {
            self->results.put_nowait(done);
            --self->running;
            self->close_at_end();
        });
    }
    // The feeder has ended: there will be no further tasks.
    void fed() {
        feeding = false;
        close_at_end();
    }
    void close_at_end() noexcept {
        if (!feeding && running == 0) results.shutdown();
    }

    const std::shared_ptr<PoolState> pool;
    const ImapOrder order;
    Permits unread;           // for items that have been taken from the input and not given to the reader
    Queue<Task<T>> results;   // in the order in which they are to be given
    std::size_t running = 0;  // tasks that are not in `results` yet
    bool feeding = true;
};

// What the feeder of an imap() runs: makes a task of each item of the input, as the reader and the pool have
// room for it. `R`: a range, or a reference to one.
template <class T, class F, class R>
class ImapFeed {
public:
    using Item = std::ranges::range_value_t<R>;

    template <class Function>
    ImapFeed(std::shared_ptr<ImapState<T>> state, Function&& f, R&& range, const SourceLocation& where)
        : state_(std::move(state)),
          f_(std::make_shared<F>(std::forward<Function>(f))),
          range_(std::forward<R>(range)),
          where_(where) {}

    void operator()() {
        auto at = std::ranges::begin(range_);
        for (bool first = true;; first = false) {
            state_->unread.acquire();
            if (!first) ++at;
            if (at == std::ranges::end(range_)) return;
            feed(take(*at));
        }
    }

private:
    template <class Element>
    static Item take(Element&& element) {
        if constexpr (!std::is_lvalue_reference_v<R> && !std::ranges::view<R>) {
            return Item(std::move(element));
        } else {
            return Item(std::forward<Element>(element));
        }
    }
    void feed(Item item) {
        PoolMembership membership(state_->pool, state_.get());
        membership.take_place();
        auto call = [f = f_, item = std::move(item)]() mutable -> T {
            return std::invoke(*f, std::move(item));
        };
        state_->started(state_, start_pooled(std::move(membership), std::move(call), {}, where_));
    }

    const std::shared_ptr<ImapState<T>> state_;
    const std::shared_ptr<F> f_;  // one for all items
    R range_;
    const SourceLocation where_;
};

}  // namespace detail

// What Pool::imap() gives to a range-for: a range that can be gone through once. For one reader on
// the loop's thread, within run(); not copyable. When it dies, what it has begun is cancelled and waited for
// (not in a callback, which cannot wait), because it may refer to the caller's frame.
template <class T>
class [[nodiscard]] Imap {
public:
    using Value = typename detail::AsObject<T>::type;  // T; std::monostate for void

    // An input iterator; only for this range, while that lives.
    class Iterator {
    public:
        using value_type = Value;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        // The result, which may be moved from. Never suspends.
        Value& operator*() const noexcept { return *value_; }
        Value* operator->() const noexcept { return value_; }
        // Goes on to the next: see next().
        Iterator& operator++() {
            value_ = range_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept {
            return it.value_ == nullptr;
        }

    private:
        friend class Imap;
        explicit Iterator(Imap& range) : range_(&range), value_(range.next()) {}
        Imap* range_ = nullptr;
        Value* value_ = nullptr;
    };

    // Waits for the first of what has not been given yet: see next().
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

    // The next result, null when all have been given; lives until the next call. Suspends unless it is there;
    // notices cancellation, which takes nothing away and goes to none of the tasks. Throws what the function
    // threw for this item (the others go on; call it again for the next), behind the last item what the input
    // threw, CancelledError, RuntimeError outside a fiber.
    Value* next() {
        if (!next_.valid() && !take_next()) return nullptr;
        next_.state().wait(detail::OnWaiterCancelled::leaves);
        Task<T> task = std::exchange(next_, {});
        state_->unread.release();
        value_.reset();
        if constexpr (std::is_void_v<T>) {
            std::move(task).result();
            value_.emplace();
        } else {
            value_.emplace(std::move(task).result());
        }
        return &*value_;
    }

    Imap(const Imap&) = delete;
    Imap& operator=(const Imap&) = delete;
    ~Imap() { state_->pool->end(state_.get()); }

    // For Pool.
    template <class Feed>
    Imap(std::shared_ptr<detail::ImapState<T>> state, Feed feed, const SourceLocation& where)
        : state_(std::move(state)) {
        detail::PoolMembership membership(state_->pool, state_.get());
        detail::PoolState::Member& member = membership.member();
        feeder_ = detail::start_task(
            detail::running_scheduler(),
            [in_pool = std::move(membership), feed = std::move(feed)]() mutable { feed(); },
            TaskOptions{.name = "imap()"}, where);
        member.task = feeder_.state().task();
        feeder_.add_done_callback([shared = state_] { shared->fed(); });
    }

private:
    // False at the end.
    bool take_next() {
        try {
            next_ = state_->results.get();
            return true;
        } catch (const QueueShutDown&) {  // below
        }
        if (feeder_.valid()) std::exchange(feeder_, {}).result();
        return false;
    }

    std::shared_ptr<detail::ImapState<T>> state_;
    Task<void> feeder_;  // empty once its end has been told
    Task<T> next_;       // what is waited for
    std::optional<Value> value_;
};

}  // namespace fibers
