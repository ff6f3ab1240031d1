// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Tasks run from when they are made: they use the two seconds of other work, too.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

using tutorial::seconds;

int get_request(int url) {
    fibers::sleep(seconds(1));
    return url;
}

int main() {
    const tutorial::Stopwatch watch;
    fibers::run([] {
        std::vector<fibers::Task<int>> responses;
        for (int url = 1; url <= 5; ++url) responses.push_back(fibers::create_task(get_request, url));
        fmt::print("Number of tasks: {}\n", fibers::all_tasks().size());
        fibers::sleep(seconds(2));
        fmt::print("{}\n", fibers::gather(responses).get());
    });
    fmt::print("took {:.1f} seconds\n", watch.seconds());
}
