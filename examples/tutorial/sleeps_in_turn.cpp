// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two sleeps of two seconds, one after the other, take four.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

using tutorial::seconds;

int main() {
    fibers::run([] {
        const tutorial::Stopwatch watch;
        fmt::print("started at {:.2f} seconds\n", watch.seconds());
        fibers::sleep(seconds(2));
        fibers::sleep(seconds(2));
        fmt::print("finished at {:.2f} seconds\n", watch.seconds());
    });
}
