// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace areq {

/// Draws pages and their links as SVG: a circle for each page, larger the more others link to it, one colour
/// per host, with its name; an arrow for each link. The full URL shows when the pointer rests on a page.
std::string draw(const std::vector<std::string>& pages,
                 const std::vector<std::pair<std::size_t, std::size_t>>& edges);

}  // namespace areq
