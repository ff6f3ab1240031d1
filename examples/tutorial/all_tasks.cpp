// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// all_tasks() names those that are not done: main itself and the five it made, in the order of their making.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

void my_task() {
    fibers::sleep(tutorial::seconds(1));
    fmt::print("Processing Task\n");
}

int main() {
    fibers::run([] {
        std::vector<fibers::Task<void>> tasks;
        for (int i = 0; i < 5; ++i) {
            tasks.push_back(fibers::create_task(my_task, {.name = fmt::format("my-task-{}", i)}));
        }
        for (const auto& task : fibers::all_tasks()) {
            fmt::print("{}: {}\n", task.name(), task.done() ? "done" : "pending");
        }
        fibers::wait(tasks);
        fmt::print("left: {}\n", fibers::all_tasks().size());
    });
    fmt::print("Completed All Tasks\n");
}
