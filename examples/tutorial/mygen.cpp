// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A generator that waits between two of its values, and the lists that
// range-for makes of it.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

using tutorial::seconds;

// Yields powers of 2.
fibers::generator<int> mygen(int u = 10) {
    return [u](auto yield) {
        for (int i = 0; i < u; ++i) {
            yield(1 << i);
            fibers::sleep(seconds(0.5));
        }
    };
}

int main() {
    fibers::run([] {
        const tutorial::Stopwatch watch;
        std::vector<int> g, f;
        for (const int i : mygen()) g.push_back(i);
        for (const int j : mygen()) {
            if (j / 3 % 5 == 0) f.push_back(j);
        }
        fmt::print("{}\n{}\n", g, f);
        fmt::print("one after the other: {:.1f} seconds\n", watch.seconds());
    });
}
