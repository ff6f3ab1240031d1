// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "site.hpp"

namespace demo {

/// The promises that the demo makes, said aloud one by one: PASS or FAIL, and the figures.
class Checks {
public:
    /// `figures` says what was seen and what was wanted.
    void expect(bool holds, const std::string& promise, const std::string& figures);

    /// The same for two tables of links, with the first line that differs.
    void expect_equal(const Lines& seen, const Lines& wanted, const std::string& promise);

    /// Whether all held.
    bool passed() const noexcept { return passed_; }

private:
    bool passed_ = true;
};

}  // namespace demo
