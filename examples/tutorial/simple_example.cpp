// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Five tasks, which main waits for with a TaskGroup. They sleep with the system's own call: once it is
// patched, it holds up nobody else, so what was an error in Python is right here.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>
#include <thread>

#include "support/pace.hpp"

void my_task() {
    std::this_thread::sleep_for(tutorial::seconds(1));
    fmt::print("Processing Task\n");
}

void my_task_generator() {
    fibers::TaskGroup::run([](fibers::TaskGroup& group) {
        for (int i = 0; i < 5; ++i) group.create_task(my_task);
    });
}

int main() {
    netpatch::patch_all();
    const tutorial::Stopwatch watch;
    fibers::run(my_task_generator);
    fmt::print("Completed All Tasks in {:.1f} seconds\n", watch.seconds());
}
