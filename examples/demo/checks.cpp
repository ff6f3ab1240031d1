// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "checks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace demo {

void Checks::expect(bool holds, const std::string& promise, const std::string& figures) {
    fmt::print("{}  {}: {}\n", holds ? "PASS" : "FAIL", promise, figures);
    passed_ = passed_ && holds;
}

void Checks::expect_equal(const Lines& seen, const Lines& wanted, const std::string& promise) {
    std::vector<std::string> difference;
    std::set_symmetric_difference(seen.begin(), seen.end(), wanted.begin(), wanted.end(),
                                  std::back_inserter(difference));
    std::string figures =
        fmt::format("{} lines, wanted {}, {} differ", seen.size(), wanted.size(), difference.size());
    if (!difference.empty()) figures += ", first " + difference.front();
    expect(difference.empty() && !wanted.empty(), promise, figures);
}

}  // namespace demo
