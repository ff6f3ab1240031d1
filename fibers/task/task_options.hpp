// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "fibers/context.hpp"

namespace fibers {

// How create_task() makes a task.
struct TaskOptions {
    std::string name = {};       // what reports call it; empty: "Task-<number>"
    std::size_t stack_size = 0;  // bytes of address space, committed as touched; 0: the default
    // It starts at once, inside create_task(), and that returns when it first suspends or has ended. Source:
    // asyncio's eager_start.
    bool eager = false;
    // The context it runs in, which it may share with others; none: a copy of the one of who creates it.
    std::optional<Context> context = {};
};

}  // namespace fibers
