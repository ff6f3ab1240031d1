// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace areq {

/// The pages that were visited and which of them link to which: the tutorial's directed graph.
class Graph {
public:
    /// Adds a page with the links it holds. Links to pages that are never added do not count.
    void add(const std::string& url, const std::set<std::string>& links);

    /// The pages, sorted.
    std::vector<std::string> pages() const;

    /// Pairs of positions in pages(): from, to. A page's links to itself are left out.
    std::vector<std::pair<std::size_t, std::size_t>> edges() const;

    /// Draws it. Throws std::system_error when the file cannot be written.
    void write_svg(const std::string& path) const;

private:
    std::map<std::string, std::set<std::string>> links_;  // without fragments
};

}  // namespace areq
