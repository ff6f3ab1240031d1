// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/sync/semaphore.hpp"

namespace fibers {

// Lets at most so many enter in any span of time that is as long as `period`: requests to a server that says
// how many it takes a minute. Nobody leaves: how long one stays does not matter (that is a Semaphore's).
// Fair: who waited longest is next, and nobody overtakes. Remembers the time of each of the last `entries`.
// For the thread of one loop only: in another one, while somebody waits, it throws RuntimeError. Nobody may
// wait when it dies. Source: the limiters that are used with asyncio, which has none.
class RateLimiter {
public:
    // `entries` in any `period`, by the loop's clock. Any std::chrono duration. Throws std::invalid_argument
    // if there are none, or for a period of nothing, less, or NaN.
    template <class Rep, class Period>
    RateLimiter(std::size_t entries, std::chrono::duration<Rep, Period> period)
        : RateLimiter(entries, to_duration(period), Checked{}) {}

    // Enters. Suspends only if others wait or it is too early; notices cancellation, and who is cancelled has
    // not entered: the next may in its place. Throws CancelledError, RuntimeError outside a fiber.
    void acquire();
    // Enters if nobody waits and it is not too early. Never suspends. Throws RuntimeError outside a fiber.
    bool try_acquire();
    // Whether acquire() would wait. Never suspends. Throws RuntimeError outside a fiber.
    bool locked() const;

private:
    struct Checked {};
    RateLimiter(std::size_t entries, Duration period, Checked);
    bool too_early(TimePoint now) const noexcept { return now < free_at_[oldest_]; }
    void enter(TimePoint now) noexcept;

    const Duration period_;
    std::vector<TimePoint> free_at_;  // when each of the last entries is a period ago; a ring
    std::size_t oldest_ = 0;          // in it: the next to be free
    Semaphore turn_;                  // held by the first in line, who waits for the time
};

}  // namespace fibers
