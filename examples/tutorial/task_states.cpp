// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What `out << task` shows of a task's life: pending, then finished with a value or an exception, or
// cancelled.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/pace.hpp"

int sleeper() {
    fibers::sleep(tutorial::seconds(1));
    return 7;
}

int failing() {
    throw std::runtime_error("no such thing");
}

// Of the line, the state and the name: of the rest, each language says what it knows.
void show(const fibers::Task<int>& task) {
    std::ostringstream text;
    text << task;
    std::string brackets, state;
    std::istringstream(text.str()) >> brackets >> state;
    const bool has_value = text.str().find("result=7") != std::string::npos;
    fmt::print("{}: {}{}\n", task.name(), state, has_value ? " result=7" : "");
}

std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    }
}

int main() {
    fibers::run([] {
        const std::vector made = {fibers::create_task(sleeper, {.name = "value"}),
                                  fibers::create_task(failing, {.name = "error"}),
                                  fibers::create_task(sleeper, {.name = "cancelled"})};
        for (const auto& task : made) show(task);
        made[2].cancel();
        fibers::wait(made);
        for (const auto& task : made) show(task);
        fmt::print("exception: {}\n", text_of(made[1].exception()));
    });
}
