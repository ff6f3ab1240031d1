// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same counts one after the other: three times one second.
#include <fmt/core.h>

#include <thread>

#include "support/pace.hpp"

using tutorial::seconds;

void count() {
    fmt::print("One\n");
    std::this_thread::sleep_for(seconds(1));
    fmt::print("Two\n");
}

int main() {
    const tutorial::Stopwatch watch;
    for (int i = 0; i < 3; ++i) count();
    fmt::print("countsync executed in {:.2f} seconds.\n", watch.seconds());
}
