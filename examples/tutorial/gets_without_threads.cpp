// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same twenty GETs with no threads at all: the call that blocked a thread before now blocks a fiber.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <vector>

#include "support/pace.hpp"
#include "support/web.hpp"

void get(int number, const tutorial::Stopwatch& watch) {
    const long status = tutorial::blocking_get(tutorial::slow_page(1));
    fmt::print("GET {} [{}] after {:.2f} seconds\n", number, status, watch.seconds());
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        const tutorial::Stopwatch watch;
        std::vector<std::function<void()>> gets;
        for (int number = 0; number < 20; ++number) gets.push_back([&, number] { get(number, watch); });
        fibers::gather(gets).get();
    });
}
