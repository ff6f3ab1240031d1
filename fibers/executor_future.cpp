// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_future.hpp"

#include "fibers/cancel.hpp"

namespace fibers {

bool detail::wait_for_job(Job& job, Duration timeout) {
    if (job.over()) return true;
    if (kernel::this_fiber) {
        const TimePoint deadline = deadline_after(kernel::this_fiber->scheduler.now(), timeout);
        const kernel::Wake wake = await_job(job, "a call of an executor", kernel::OnCancel::throws, deadline);
        if (wake == kernel::Wake::cancelled) {
            job.cancel();
            kernel::throw_cancelled();
        }
        return wake != kernel::Wake::timed_out;
    }
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    return job.wait(deadline_after(now, timeout));
}

}  // namespace fibers
