// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Functions do not run before gather() makes tasks of them: two seconds of other work, then one second.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <functional>
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
        std::vector<std::function<int()>> responses;
        for (int url = 1; url <= 5; ++url) responses.push_back([url] { return get_request(url); });
        fmt::print("Number of tasks: {}\n", fibers::all_tasks().size());
        fibers::sleep(seconds(2));
        fmt::print("{}\n", fibers::gather(responses).get());
    });
    fmt::print("took {:.1f} seconds\n", watch.seconds());
}
