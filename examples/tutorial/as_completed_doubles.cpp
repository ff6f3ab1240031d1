// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// as_completed() gives tasks as they end: the last of these is done first.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

int my_worker(int number) {
    fibers::sleep(tutorial::seconds(5 - number));
    return number * 2;
}

int main() {
    fibers::run([] {
        std::vector<fibers::Task<int>> workers;
        for (int i = 0; i < 5; ++i) workers.push_back(fibers::create_task(my_worker, i));
        for (const auto& done : fibers::as_completed(workers)) fmt::print("{}\n", done.get());
    });
}
