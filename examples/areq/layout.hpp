// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace areq {

/// A place on the drawing.
struct Point {
    double x = 0;  ///< From left to right.
    double y = 0;  ///< From top to bottom.
};

/// Places `count` nodes so that those that are linked lie near each other and none too near to another:
/// springs along the edges, repulsion between all (Fruchterman and Reingold). `spacing` is about how far
/// neighbours come to lie from each other. The same graph always gets the same places.
std::vector<Point> lay_out(std::size_t count, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
                           double spacing);

}  // namespace areq
