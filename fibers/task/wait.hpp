// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/task/watch.hpp"

namespace fibers {

// When wait() returns, if its time is not over before. Source: asyncio's FIRST_COMPLETED and so on.
enum class ReturnWhen : std::uint8_t {
    all_completed,    // all are done
    first_completed,  // at least one is done, in whatever way
    first_exception,  // one has ended with an exception (a cancellation is none), or all are done
};

// How wait() waits.
struct WaitOptions {
    Duration timeout = Duration::max();  // how long at most; zero or less: others run once; max(): no limit
    ReturnWhen return_when = ReturnWhen::all_completed;  // for what
};

// What wait() found when it stopped waiting. Both in the order of its argument, each future once.
template <class Handle>
struct WaitResult {
    std::vector<Handle> done;     // ended with a value, an exception, or cancelled
    std::vector<Handle> pending;  // the others
};

// Waits for tasks and futures without asking how they end: a range of handles of one type, AnyFuture for
// several types. Cancels none of them and throws nothing of theirs, also when the time is over:
//
//     auto [done, pending] = wait(tasks, {.timeout = 2s, .return_when = ReturnWhen::first_completed});
//
// Always suspends; notices cancellation, which leaves the tasks as they are. `timeout` is an integral
// duration; to_duration() makes one of floating seconds. Throws std::invalid_argument if there are none,
// CancelledError, InvalidStateError for an empty handle, RuntimeError outside a fiber or for another loop's
// futures. Only on the loop's thread. The range is read once, before waiting; of gather()s, which cannot be
// copied, the result holds plain futures. Source: asyncio.wait.
template <detail::FutureRange Range>
auto wait(Range&& range, WaitOptions options = {}) {
    auto handles = detail::distinct_handles(std::forward<Range>(range));
    if (handles.empty()) throw std::invalid_argument("Set of Tasks/Futures is empty.");
    {
        detail::Watch watch("tasks or futures, in wait()");
        for (const auto& handle : handles) watch.add(handle.state());
        watch.begin(options.timeout);
        watch.wait(options.return_when == ReturnWhen::first_completed ? 1 : handles.size(),
                   options.return_when == ReturnWhen::first_exception);
    }
    WaitResult<typename decltype(handles)::value_type> result;
    for (auto& handle : handles) {
        (handle.done() ? result.done : result.pending).push_back(std::move(handle));
    }
    return result;
}

// The same for wait({a, b}).
template <detail::FutureLike Handle>
auto wait(std::initializer_list<Handle> handles, WaitOptions options = {}) {
    return wait(std::span(handles.begin(), handles.end()), options);
}

}  // namespace fibers
