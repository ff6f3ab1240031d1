// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Three counts side by side: each sleeps one second, and so do all of them.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

using tutorial::seconds;

void count() {
    fmt::print("One\n");
    fibers::sleep(seconds(1));
    fmt::print("Two\n");
}

int main() {
    const tutorial::Stopwatch watch;
    fibers::run([] { fibers::gather(count, count, count).get(); });
    fmt::print("countasync executed in {:.2f} seconds.\n", watch.seconds());
}
