// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Several processes, each with an event loop of its own; the errors of its tasks are collected, not thrown
// on.
#include <fmt/ranges.h>

#include <algorithm>
#include <fibers/fibers.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/pace.hpp"

using Errors = std::vector<std::string>;

void single(int sleep_time, int number) {
    fibers::sleep(tutorial::seconds(sleep_time));
    if (number > sleep_time)
        throw std::runtime_error(fmt::format("task {} of {} failed", number, sleep_time));
}

Errors entrypoint(int sleep_time) {
    std::vector<fibers::Task<void>> tasks;
    for (int number = 0; number < 3; ++number) {
        tasks.push_back(fibers::create_task(single, sleep_time, number));
    }
    Errors errors;
    for (const auto& completed_task : fibers::as_completed(tasks)) {
        try {
            completed_task.get();
        } catch (const std::exception& ex) {
            errors.push_back(fmt::format("Error: {}", ex.what()));
        }
    }
    std::ranges::sort(errors);
    return errors;
}

Errors wrapper(int sleep_time) {
    return fibers::run([sleep_time] { return entrypoint(sleep_time); });
}

int main() {
    fibers::ProcessPoolExecutor executor;
    int sleep_time = 0;
    for (const Errors& errors : executor.map(wrapper, std::vector{0, 1, 2, 3})) {
        fmt::print("sleep_time: {}, got return: {}\n", sleep_time++,
                   errors.empty() ? "no errors" : fmt::format("{}", fmt::join(errors, ", ")));
    }
}
