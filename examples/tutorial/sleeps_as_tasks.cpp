// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two sleeps of two seconds, each a task of its own, take two.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

using tutorial::seconds;

int main() {
    fibers::run([] {
        const tutorial::Stopwatch watch;
        fmt::print("started at {:.2f} seconds\n", watch.seconds());
        const auto task1 = fibers::create_task([] { fibers::sleep(seconds(2)); });
        const auto task2 = fibers::create_task([] { fibers::sleep(seconds(2)); });
        task1.get();
        task2.get();
        fmt::print("finished at {:.2f} seconds\n", watch.seconds());
    });
}
