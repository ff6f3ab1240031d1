// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A generator stops at each yield and goes on from there, also after the loop
// that took from it was left.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

// Yields 9, 8, 7, 6, 9, 8, 7, 6, ... forever
fibers::generator<int> endless() {
    return [](auto yield) {
        while (true) {
            for (const int i : {9, 8, 7, 6}) yield(i);
        }
    };
}

int main() {
    auto e = endless();
    int total = 0;
    for (const int i : e) {
        if (total >= 30) {
            fmt::print("\n");
            break;
        }
        fmt::print("{} ", i);
        total += i;
    }
    const auto next = [&] { return *e.begin(); };
    const int first = next(), second = next(), third = next();
    fmt::print("{} {} {}\n", first, second, third);
}
