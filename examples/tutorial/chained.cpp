// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Each chain waits twice, one part for what the other returned; the chains do not wait for each other.
#include <fmt/core.h>

#include <cstdlib>
#include <fibers/fibers.hpp>
#include <functional>
#include <string>
#include <vector>

#include "support/pace.hpp"
#include "support/random.hpp"

using tutorial::seconds;

tutorial::Random random_numbers(444);

std::string part1(int n) {
    const int i = random_numbers.randint(0, 10);
    fmt::print("part1({}) sleeping for {} seconds.\n", n, i);
    fibers::sleep(seconds(i));
    const auto result = fmt::format("result{}-1", n);
    fmt::print("Returning part1({}) == {}.\n", n, result);
    return result;
}

std::string part2(int n, const std::string& arg) {
    const int i = random_numbers.randint(0, 10);
    fmt::print("part2({}, '{}') sleeping for {} seconds.\n", n, arg, i);
    fibers::sleep(seconds(i));
    const auto result = fmt::format("result{}-2 derived from {}", n, arg);
    fmt::print("Returning part2({}, '{}') == {}.\n", n, arg, result);
    return result;
}

void chain(int n) {
    const tutorial::Stopwatch watch;
    const auto p1 = part1(n);
    const auto p2 = part2(n, p1);
    fmt::print("-->Chained result{} => {} (took {:.2f} seconds).\n", n, p2, watch.seconds());
}

int main(int argc, char** argv) {
    std::vector<std::function<void()>> chains;
    for (int i = 1; i < argc; ++i) chains.push_back([n = std::atoi(argv[i])] { chain(n); });
    for (int n = 1; argc == 1 && n <= 3; ++n) chains.push_back([n] { chain(n); });
    const tutorial::Stopwatch watch;
    fibers::run([&] { fibers::gather(chains).get(); });
    fmt::print("Program finished in {:.2f} seconds.\n", watch.seconds());
}
