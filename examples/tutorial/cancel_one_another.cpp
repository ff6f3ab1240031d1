// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Whoever ends first cancels all the others, itself among them: that one's cancellation comes too late to
// matter.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

const char* python_name(bool value) {
    return value ? "True" : "False";
}

void my_task(int number, const fibers::AnyTask& main_task) {
    fibers::sleep(tutorial::seconds(number));
    fmt::print("Processing Task {}\n", number);
    for (const auto& task : fibers::all_tasks()) {
        if (task == main_task) continue;
        const bool accepted = task.cancel();
        fmt::print("{}: cancel() gives {}, cancelling() {}\n", task.name(), python_name(accepted),
                   task.cancelling());
    }
}

int main() {
    fibers::run([] {
        const auto me = fibers::current_task();
        std::vector<fibers::Task<void>> tasks;
        for (int n = 1; n <= 5; ++n) {
            tasks.push_back(
                fibers::create_task([n, me] { my_task(n, me); }, {.name = fmt::format("task-{}", n)}));
        }
        fibers::wait(tasks);
        for (const auto& task : tasks) {
            fmt::print("{} was cancelled: {}\n", task.name(), python_name(task.cancelled()));
        }
    });
    fmt::print("Completed All Tasks\n");
}
