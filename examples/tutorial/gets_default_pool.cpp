// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Twenty GETs that block, on the default executor: min(32, CPUs + 4) threads,
// so they come in steps.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"
#include "support/web.hpp"

void get(int number, const tutorial::Stopwatch& watch) {
    const long status = tutorial::blocking_get(tutorial::slow_page(1));
    fmt::print("GET {} [{}] after {:.2f} seconds\n", number, status, watch.seconds());
}

int main() {
    fibers::run([] {
        const tutorial::Stopwatch watch;
        std::vector<fibers::Future<void>> gets;
        for (int number = 0; number < 20; ++number) {
            gets.push_back(fibers::run_in_executor(nullptr, get, number, watch));
        }
        fibers::gather(gets).get();
    });
}
