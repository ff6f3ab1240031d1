// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Three producers draw numbers until one is high enough; whoever waits holds up nobody else. Each has random
// numbers of its own, so that what it draws does not hang on whose turn it happened to be; and waits a tenth
// of the tutorial's times.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"
#include "support/random.hpp"

using tutorial::seconds;

int makerandom(int idx, int threshold) {
    tutorial::Random numbers(static_cast<unsigned>(444 + idx));
    fmt::print("Initiated makerandom({}).\n", idx);
    int i;
    while ((i = numbers.randint(0, 10)) <= threshold) {
        fmt::print("makerandom({}) == {} too low; retrying.\n", idx, i);
        fibers::sleep(seconds(idx + 1) / 10);
    }
    fmt::print("---> Finished: makerandom({}) == {}\n", idx, i);
    return i;
}

int main() {
    const auto [r1, r2, r3] = fibers::run([] {
        return fibers::gather([] { return makerandom(0, 9); },  //
                              [] { return makerandom(1, 8); },  //
                              [] { return makerandom(2, 7); })
            .get();
    });
    fmt::print("\nr1: {}, r2: {}, r3: {}\n", r1, r2, r3);
}
