// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two sleeps at once; their words come in the order in which they end.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

using tutorial::seconds;

void sleep_for(int number) {
    fmt::print("sleeping for {} second(s)\n", number);
    fibers::sleep(seconds(number));
    fmt::print("done sleeping for {} second(s)\n", number);
}

int main() {
    fibers::run([] { fibers::gather([] { sleep_for(1); }, [] { sleep_for(2); }).get(); });
}
