// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Durations, deadlines, and the clock a loop goes by.
#pragma once

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <type_traits>

namespace fibers {

// All of the library's times: nanoseconds on the monotonic clock.
using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// The deadline of a wait that has none.
inline constexpr TimePoint never = TimePoint::max();

// Any std::chrono duration as ours, saturating instead of overflowing. Never suspends. Throws
// std::invalid_argument for NaN (asyncio: "Invalid delay: NaN (not a number)").
template <class Rep, class Period>
Duration to_duration(std::chrono::duration<Rep, Period> d) {
    using Wide = std::chrono::duration<long double, std::nano>;
    if constexpr (std::is_floating_point_v<Rep>) {
        if (std::isnan(d.count())) throw std::invalid_argument("Invalid delay: NaN (not a number)");
    }
    const Wide wide = d;
    if (wide >= Wide(Duration::max())) return Duration::max();
    if (wide <= Wide(Duration::min())) return Duration::min();
    return std::chrono::duration_cast<Duration>(d);
}

// now + d, saturating at `never`; a d of zero or less gives `now`.
constexpr TimePoint deadline_after(TimePoint now, Duration d) noexcept {
    if (d <= Duration::zero()) return now;
    return d >= never - now ? never : now + d;
}

// What a loop asks for the time. The default is the monotonic clock; tests use debug::TestClock, which jumps.
class Clock {
public:
    virtual ~Clock() = default;
    // The time now. Never suspends; called on the loop's thread.
    virtual TimePoint now() noexcept = 0;
    // Every fiber waits and the earliest deadline is `next`. True: the clock has moved there, go on at once.
    // False: time is real, the loop waits.
    virtual bool jump_to(TimePoint next) noexcept = 0;
};

}  // namespace fibers
