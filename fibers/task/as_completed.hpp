// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/error.hpp"
#include "fibers/task/watch.hpp"

namespace fibers {

// What as_completed() gives to a range-for: a range that can be gone through once. Lives on the loop's
// thread, within run(); not copyable. When it dies, the tasks that it has not given go on.
template <class Handle>
class AsCompleted {
public:
    // An input iterator; only for this range, while that lives.
    class Iterator {
    public:
        using value_type = Handle;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        // The handle, which is done. Never suspends.
        Handle& operator*() const noexcept { return *handle_; }
        Handle* operator->() const noexcept { return handle_; }
        // Goes on to the next: see next().
        Iterator& operator++() {
            handle_ = range_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept {
            return it.handle_ == nullptr;
        }

    private:
        friend class AsCompleted;
        explicit Iterator(AsCompleted& range) : range_(&range), handle_(range.next()) {}
        AsCompleted* range_ = nullptr;
        Handle* handle_ = nullptr;
    };

    // Waits for the first of what has not been given yet: see next(). The end never suspends.
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

    // The next that is done, null when all have been given. Suspends unless one is; notices cancellation,
    // which takes nothing away. Throws CancelledError, RuntimeError outside a fiber, and TimeoutError, once
    // for each that was not done in time.
    Handle* next() {
        if (given_ == handles_.size()) return nullptr;
        watch_.wait(given_ + 1);
        const std::size_t at = given_++;
        if (at >= watch_.heard()) throw TimeoutError();
        return &handles_[watch_.ended(at)];
    }

    AsCompleted(const AsCompleted&) = delete;
    AsCompleted& operator=(const AsCompleted&) = delete;
    // For as_completed().
    AsCompleted(std::vector<Handle> handles, Duration limit)
        : handles_(std::move(handles)), watch_("the next in as_completed()") {
        for (const Handle& handle : handles_) watch_.add(handle.state());
        watch_.begin(limit);
    }

private:
    std::vector<Handle> handles_;
    std::size_t given_ = 0;  // or owed as a TimeoutError
    detail::Watch watch_;
};

// Gives tasks and futures one after the other as they end, in whatever way: the same handles, each future
// once, in the order in which they end. A range of handles of one type, AnyFuture for several types:
//
//     for (Task<Page>& task : as_completed(tasks, 5s)) use(task.get());
//
// If they are not all done when `timeout` (counted from here) is over, the loop throws TimeoutError where the
// next is waited for; those that ended in time are given first. Cancels none of them, nor does leaving the
// loop or cancelling who waits in it. Making it never suspends, going through it does: see
// AsCompleted::next(). Any std::chrono duration; Duration::max() is no limit. Throws InvalidStateError for an
// empty handle, std::invalid_argument for NaN, RuntimeError outside run() or for another loop's futures. Only
// on the loop's thread. The range is read once, here; of gather()s, which cannot be copied, it gives plain
// futures. Source: asyncio.as_completed.
template <detail::FutureRange Range, class Rep = Duration::rep, class Period = Duration::period>
auto as_completed(Range&& range, std::chrono::duration<Rep, Period> timeout = Duration::max()) {
    const Duration limit = to_duration(timeout);
    auto handles = detail::distinct_handles(std::forward<Range>(range));
    return AsCompleted<typename decltype(handles)::value_type>(std::move(handles), limit);
}

// The same for as_completed({a, b}).
template <detail::FutureLike Handle, class Rep = Duration::rep, class Period = Duration::period>
auto as_completed(std::initializer_list<Handle> handles,
                  std::chrono::duration<Rep, Period> timeout = Duration::max()) {
    return as_completed(std::span(handles.begin(), handles.end()), timeout);
}

}  // namespace fibers
