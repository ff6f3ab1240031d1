// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Nobody waits for the tasks: when main is over, run() cancels what is left.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

void my_task(int number) {
    try {
        fibers::sleep(tutorial::seconds(1));
        fmt::print("Processing Task\n");
    } catch (const fibers::CancelledError&) {
        fmt::print("task {} was cancelled\n", number);
        throw;
    }
}

int main() {
    fibers::run([] {
        for (int i = 0; i < 5; ++i) fibers::create_task(my_task, i);
        fibers::yield();
    });
    fmt::print("Completed All Tasks\n");
}
