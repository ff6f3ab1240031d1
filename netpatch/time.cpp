// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Sleeping.
#include <cerrno>
#include <chrono>

#include "fibers/sleep.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/retry.hpp"

namespace netpatch {
namespace {

using fibers::Duration;
using fibers::TimePoint;

bool is_valid(const timespec& time) noexcept {
    return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000;
}

Duration duration(const timespec& time) noexcept {
    constexpr auto most = std::chrono::seconds(INT64_MAX / 1'000'000'000 - 1);
    const std::chrono::seconds seconds(time.tv_sec);
    return (seconds < most ? seconds : most) + std::chrono::nanoseconds(time.tv_nsec);
}

timespec as_timespec(Duration left) noexcept {
    if (left < Duration::zero()) left = Duration::zero();
    timespec time;
    time.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    time.tv_nsec = (left % std::chrono::seconds(1)).count();
    return time;
}

TimePoint now() noexcept {
    return policy::this_fiber->scheduler.now();
}

// Sleeps for `time`; 0, or the errno that ended it, with what was left in `left`.
int sleep_for(Duration time, Duration& left) noexcept {
    const TimePoint deadline = fibers::deadline_after(now(), time);
    const int error =
        sleep_error(time > Duration::zero() ? sleep_until(deadline)
                                            : fibers::kernel::give_way(fibers::kernel::OnCancel::answers));
    left = error == 0 ? Duration::zero() : deadline - now();
    return error;
}

// Clocks whose time passes while we sleep. On the others (CPU time) libc must wait, or refuse.
bool runs_by_itself(clockid_t clock) noexcept {
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
           clock == CLOCK_TAI;
}

// Until `clock` shows `time`, as far as it goes evenly: one that is set meanwhile is not noticed.
int sleep_until_shown(clockid_t clock, const timespec& time) noexcept {
    timespec shown;
    if (::clock_gettime(clock, &shown) != 0) return errno;
    Duration left;
    return sleep_for(duration(time) - duration(shown), left);
}

int sleep_relative(const timespec& time, timespec* left) noexcept {
    Duration rest;
    const int error = sleep_for(duration(time), rest);
    if (error != 0 && left) *left = as_timespec(rest);
    return error;
}

}  // namespace

namespace calls {

unsigned int sleep(unsigned int seconds) {
    Duration left;
    if (sleep_for(std::chrono::seconds(seconds), left) == 0) return 0;
    // As libc rounds.
    return static_cast<unsigned int>(std::chrono::round<std::chrono::seconds>(left).count());
}

int usleep(useconds_t microseconds) {
    Duration left;
    const int error = sleep_for(std::chrono::microseconds(microseconds), left);
    return error == 0 ? 0 : fail_with(error);
}

int nanosleep(const timespec* time, timespec* left) {
    if (!time || !is_valid(*time)) return libc::nanosleep(time, left);
    const int error = sleep_relative(*time, left);
    return error == 0 ? 0 : fail_with(error);
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
    if (!time || !is_valid(*time) || !runs_by_itself(clock)) {
        return libc::clock_nanosleep(clock, flags, time, left);
    }
    const int saved = errno;
    const int error = (flags & TIMER_ABSTIME) ? sleep_until_shown(clock, *time) : sleep_relative(*time, left);
    errno = saved;
    return error;
}

int thrd_sleep(const timespec* time, timespec* left) {
    if (!time || !is_valid(*time)) return libc::thrd_sleep(time, left);
    const int error = sleep_relative(*time, left);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

int sched_yield() {
    fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
    return 0;
}

void thrd_yield() {
    fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
}

}  // namespace calls
}  // namespace netpatch
