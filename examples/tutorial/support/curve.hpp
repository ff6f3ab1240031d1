// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace tutorial {

/// One way to make requests, and when they were answered.
struct Curve {
    std::string name;           ///< What the legend calls it.
    std::vector<double> times;  ///< Ascending, in seconds: the first answer's, the second's, and so on.
};

/// Draws them as SVG: requests from left to right, seconds from bottom to top, a dot for each answer.
std::string draw(const std::vector<Curve>& curves);

}  // namespace tutorial
