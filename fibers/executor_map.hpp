// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/error.hpp"
#include "fibers/executor_future.hpp"
#include "fibers/task/outcome.hpp"

namespace fibers {

// What an executor's map() gives to a range-for: the results in the order of the arguments; a range that can
// be gone through once. When it dies, the calls that have not begun are taken back. Not copyable; one thread.
template <class T>
class MapResults {
public:
    using Object = typename detail::AsObject<T>::type;  // T; std::monostate for void

    // An input iterator; only for this range, while that lives.
    class Iterator {
    public:
        using value_type = Object;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        // The result, which may be moved from. Never suspends.
        Object& operator*() const noexcept { return *range_->value_; }
        Object* operator->() const noexcept { return &*range_->value_; }
        // Waits for the next: see next().
        Iterator& operator++() {
            if (!range_->next()) range_ = nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return !it.range_; }

    private:
        friend class MapResults;
        explicit Iterator(MapResults& range) : range_(range.next() ? &range : nullptr) {}
        MapResults* range_ = nullptr;
    };

    // For map().
    MapResults(std::deque<ExecutorFuture<T>> futures, Duration timeout)
        : futures_(std::move(futures)), deadline_(deadline_after(now(), timeout)) {}
    MapResults(MapResults&&) = default;
    MapResults& operator=(MapResults&&) = delete;
    ~MapResults() {
        for (auto& future : futures_) future.cancel();
    }

    // Waits for the first: see next().
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

    // Waits for the next result; null behind the last. Waits as ExecutorFuture::get() does. Throws what
    // the call threw, CancelledError, TimeoutError if map()'s time is over.
    Object* next() {
        if (futures_.empty()) return nullptr;
        const Duration left = deadline_ == never ? Duration::max() : deadline_ - now();
        ExecutorFuture<T> future = std::move(futures_.front());
        futures_.pop_front();
        try {
            take(std::move(future), left);
        } catch (...) {
            if (future.valid()) future.cancel();
            throw;
        }
        return &*value_;
    }

private:
    static TimePoint now() noexcept {
        return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    }
    void take(ExecutorFuture<T>&& future, Duration left) {
        if constexpr (std::is_void_v<T>) {
            std::move(future).get(left);
            value_.emplace();
        } else {
            value_.emplace(std::move(future).get(left));
        }
    }

    std::deque<ExecutorFuture<T>> futures_;
    TimePoint deadline_;
    std::optional<Object> value_;
};

namespace detail {

// An executor's map(): one call for each element, all handed over at once.
template <class Executor, class F, std::ranges::input_range Range>
auto map_with(Executor& executor, const F& f, Range&& range, Duration timeout) {
    using Element = std::ranges::range_value_t<Range>;  // a proxy would refer to the range
    std::deque<decltype(executor.submit(f, std::declval<Element>()))> futures;
    for (auto&& element : range) {
        futures.push_back(executor.submit(f, Element(std::forward<decltype(element)>(element))));
    }
    return MapResults(std::move(futures), timeout);
}

}  // namespace detail
}  // namespace fibers
