// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "parser.hpp"

#include <vector>

#include "failure.hpp"

namespace areq {

namespace {

// Called in a worker: only values of simple types travel.
std::vector<std::string> find_there(const std::string& html, const std::string& url, LinkFinder finder,
                                    const std::string& charset) {
    const auto links = find_links(html, url, finder, charset);
    return {links.begin(), links.end()};
}

}  // namespace

Parser::Parser(std::size_t processes) {
    if (processes != 0) pool_.emplace(static_cast<int>(processes));
}

std::set<std::string> Parser::find(const Page& page, LinkFinder finder) {
    if (!pool_) return find_links(page.html, page.url, finder, page.charset);
    try {
        const auto links = pool_->submit(&find_there, page.html, page.url, finder, page.charset).get();
        return {links.begin(), links.end()};
    } catch (const fibers::BrokenProcessPool& error) {
        throw Failure(FailureKind::other, std::string("the process that parsed it died: ") + error.what());
    }
}

}  // namespace areq
