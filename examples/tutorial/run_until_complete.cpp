// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A loop of one's own, run until a gather is complete; its results come in the
// order of its arguments, always.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <string>
#include <vector>

#include "support/pace.hpp"

std::string my_worker(int number) {
    fibers::sleep(tutorial::seconds(3 - number));
    fmt::print("Hello World {}\n", number);
    return fmt::format("result {}", number);
}

std::vector<std::string> gather_three() {
    std::vector<std::function<std::string()>> workers;
    for (int i = 0; i < 3; ++i) workers.push_back([i] { return my_worker(i); });
    return fibers::gather(workers).get();
}

int main() {
    const auto loop = fibers::new_event_loop();
    fmt::print("{}\n", fmt::join(loop.run_until_complete(gather_three), ", "));
    fmt::print("{}\n", fmt::join(loop.run_until_complete(gather_three), ", "));
    loop.close();
}
