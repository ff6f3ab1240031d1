// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two callbacks of one task; std::bind_front gives the second one an argument of its own.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <string>

#include "support/pace.hpp"

std::string f1() {
    fibers::sleep(tutorial::seconds(2));
    return "f1";
}

void callback1(const fibers::Future<std::string>& future) {
    fmt::print("{}\n", future.result());
    fmt::print("this is callback1\n");
}

void callback2(const std::string& t1, const fibers::Future<std::string>& future) {
    fmt::print("{}\n", t1);
    fmt::print("{}\n", future.result());
}

int main() {
    fibers::run([] {
        const auto task1 = fibers::create_task(f1);
        task1.add_done_callback(callback1);
        task1.add_done_callback(std::bind_front(callback2, "this is param t1"));
        fibers::wait({task1});
    });
}
