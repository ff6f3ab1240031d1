// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Waiting for some of several futures: what wait() and as_completed() have in common.
#pragma once

#include <cstddef>
#include <deque>
#include <ranges>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/kernel/wait_queue.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/future.hpp"

namespace fibers::detail {

// Hears of the end of several futures, in the order in which they end, until its time is over. Cancels none
// of them. Who has it keeps them alive. One loop, one thread.
class Watch : private kernel::Timer {
public:
    // `what`: what a fiber waits for in it, in words (static storage). Throws RuntimeError outside run().
    explicit Watch(const char* what);
    ~Watch();

    // Asks to hear of `future`. Throws RuntimeError if it belongs to another loop.
    void add(FutureState& future);
    // All have been added: from now on the time of `limit` counts, Duration::max() being none.
    void begin(Duration limit);

    // Waits until as many as `count` have ended, or, if so wished, one with an exception, or the time is
    // over. Throws CancelledError, RuntimeError outside a fiber.
    void wait(std::size_t count, bool or_failure = false);
    // How many of those that ended in time it has heard of.
    std::size_t heard() const noexcept { return heard_; }
    // Which was the `at`-th of them, counted in the order of adding.
    std::size_t ended(std::size_t at) const noexcept { return ended_[at]; }

private:
    struct Item final : DoneNotice {
        Item(Watch& its_watch, FutureState& its_future, std::size_t its_index) noexcept
            : watch(its_watch), future(its_future), index(its_index) {}
        void on_done() noexcept override;
        void arrived() noexcept override { watch.hear(*this); }

        Watch& watch;         // whose it is
        FutureState& future;  // what it hears of
        std::size_t index;    // how many were added before
    };

    void hear(const Item& item) noexcept;
    bool enough(std::size_t count, bool or_failure) const noexcept {
        return heard_ >= count || (or_failure && failed_) || (expired_ && heard_ == ended_.size());
    }
    void wake_if_enough() noexcept {
        if (enough(wanted_, failure_wanted_)) waiting_.wake_all();
    }

    kernel::Scheduler& scheduler_;
    const char* const what_;
    std::deque<Item> items_;
    std::vector<std::size_t> ended_;  // in time: their indices, in the order in which they ended
    std::size_t heard_ = 0;           // of how many of these the news has arrived
    kernel::WaitQueue waiting_;
    std::size_t wanted_ = 0;       // by who waits: not woken before
    bool failure_wanted_ = false;  // ditto: woken by an exception, too
    bool failed_ = false;          // one has ended with an exception
    bool expired_ = false;         // the time is over: what ends now is too late
};

template <class X>
concept FutureRange = std::ranges::input_range<X> && FutureLike<std::ranges::range_reference_t<X>>;

// The handles that stand for the elements of a range: the same, or plain futures for those that cannot be
// copied because they own something.
template <class Element>
using HandleOf = std::conditional_t<std::is_copy_constructible_v<std::remove_cvref_t<Element>>,
                                    std::remove_cvref_t<Element>, PlainFuture<Element>>;

// Handles of the futures in a range, in its order, each future once.
template <FutureRange X>
auto distinct_handles(X&& range) {
    std::vector<HandleOf<std::ranges::range_reference_t<X>>> handles;
    std::unordered_set<const FutureState*> seen;
    for (auto&& element : range) {
        if (!seen.insert(&element.state()).second) continue;
        if constexpr (!std::is_lvalue_reference_v<X> && !std::ranges::view<X>) {
            handles.emplace_back(std::move(element));
        } else {
            handles.emplace_back(std::forward<decltype(element)>(element));
        }
    }
    return handles;
}

}  // namespace fibers::detail
