// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/any_task.hpp"

#include <algorithm>

#include "fibers/kernel/scheduler.hpp"

namespace fibers {

AnyTask current_task() {
    detail::running_scheduler();
    const kernel::Fiber* const fiber = kernel::this_fiber;
    return fiber && fiber->task ? AnyTask(*static_cast<detail::TaskRecord*>(fiber->task)) : AnyTask();
}

std::vector<AnyTask> all_tasks() {
    std::vector<AnyTask> tasks;
    for (const kernel::Fiber* at = detail::running_scheduler().fibers(); at; at = at->following) {
        if (at->task) tasks.emplace_back(*static_cast<detail::TaskRecord*>(at->task));
    }
    std::reverse(tasks.begin(), tasks.end());
    return tasks;
}

}  // namespace fibers
