// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "graph.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "drawing.hpp"

namespace areq {

namespace {

// Parts of a page are the page.
std::string without_fragment(const std::string& url) {
    return url.substr(0, url.find('#'));
}

}  // namespace

void Graph::add(const std::string& url, const std::set<std::string>& links) {
    auto& targets = links_[without_fragment(url)];
    for (const auto& link : links) targets.insert(without_fragment(link));
}

std::vector<std::string> Graph::pages() const {
    std::vector<std::string> result;
    for (const auto& [url, targets] : links_) result.push_back(url);
    return result;
}

std::vector<std::pair<std::size_t, std::size_t>> Graph::edges() const {
    std::map<std::string, std::size_t> positions;
    for (const auto& url : pages()) positions.emplace(url, positions.size());
    std::vector<std::pair<std::size_t, std::size_t>> result;
    for (const auto& [url, targets] : links_) {
        for (const auto& target : targets) {
            const auto found = positions.find(target);
            if (found != positions.end() && target != url) result.emplace_back(positions[url], found->second);
        }
    }
    return result;
}

void Graph::write_svg(const std::string& path) const {
    std::ofstream file(path);
    file << draw(pages(), edges()) << std::flush;
    if (!file) throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace areq
