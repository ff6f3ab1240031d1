// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same without create_task(): gather() makes the tasks. wait() takes only what runs already; what is
// handed to gather() may be a plain function.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

void sleep_two_seconds() {
    fibers::sleep(tutorial::seconds(2));
}

int main() {
    const tutorial::Stopwatch watch;
    fibers::run([] { fibers::gather(sleep_two_seconds, sleep_two_seconds).get(); });
    fmt::print("took {:.2f} seconds\n", watch.seconds());
}
