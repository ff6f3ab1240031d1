// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <fibers/fibers.hpp>
#include <optional>
#include <set>
#include <string>

#include "fetch.hpp"
#include "links.hpp"

namespace areq {

/// Finds the links of pages: here, or in processes of its own, so that a page that takes long to parse holds
/// up nobody.
class Parser {
public:
    /// 0 processes: here. To be made before the first thread. Throws fibers::ResourceError.
    explicit Parser(std::size_t processes);

    /// The page's links. Waits for a process. Throws Failure if that dies of the page.
    std::set<std::string> find(const Page& page, LinkFinder finder);

private:
    std::optional<fibers::ProcessPoolExecutor> pool_;
};

}  // namespace areq
