// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// wait_for(shield(task)) gives up after one second; the task, which takes two, goes on. The TimeoutError is
// thrown as ever: what the shield keeps away from the task is the cancellation.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

using tutorial::seconds;

int delay(int number) {
    fmt::print("start sleep {}\n", number);
    fibers::sleep(seconds(number));
    fmt::print("end sleep\n");
    return number;
}

int main() {
    fibers::run([] {
        const auto delay_task = fibers::create_task(delay, 2);
        try {
            fmt::print("return value: {}\n", fibers::wait_for(fibers::shield(delay_task), seconds(1)));
        } catch (const fibers::TimeoutError&) {
            fmt::print("timeout\n");
            fmt::print("whether the task is cancelled: {}\n", delay_task.cancelled() ? "True" : "False");
            fmt::print("return value: {}\n", delay_task.get());
        }
    });
}
