// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The semaphore makes the line: its holder waits for the time, and whatever becomes of that hands the turn
// on.
#include "fibers/sync/rate_limiter.hpp"

#include <mutex>
#include <stdexcept>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"

namespace fibers {
namespace {

TimePoint now_of_loop() {
    return kernel::running_fiber().scheduler.now();
}

}  // namespace

RateLimiter::RateLimiter(std::size_t entries, Duration period, Checked)
    : period_(period), free_at_(entries, TimePoint::min()) {
    if (entries == 0) throw std::invalid_argument("a RateLimiter must let somebody in");
    if (period <= Duration::zero()) throw std::invalid_argument("a RateLimiter's period must be > 0");
}

void RateLimiter::enter(TimePoint now) noexcept {
    free_at_[oldest_] = deadline_after(now, period_);
    oldest_ = (oldest_ + 1) % free_at_.size();
}

bool RateLimiter::locked() const {
    return turn_.locked() || too_early(now_of_loop());
}

bool RateLimiter::try_acquire() {
    const TimePoint now = now_of_loop();
    if (turn_.locked() || too_early(now)) return false;
    enter(now);
    return true;
}

void RateLimiter::acquire() {
    if (try_acquire()) return;
    const std::unique_lock turn(turn_);
    TimePoint now = now_of_loop();
    while (too_early(now)) {
        kernel::throw_if_cancelled(kernel::sleep_until(free_at_[oldest_], kernel::OnCancel::throws));
        now = now_of_loop();
    }
    enter(now);
}

}  // namespace fibers
