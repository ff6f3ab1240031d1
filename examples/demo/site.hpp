// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace demo {

/// The lines of a table of links, without its header.
using Lines = std::set<std::string>;

/// The site to be scraped: the pages on disk, and the URLs they get.
class Site {
public:
    /// Under so many names the pages appear, each page under one.
    static constexpr std::size_t kHosts = 20;

    /// `port` is the server's. Throws std::runtime_error when the directory holds no pages.
    Site(const std::string& directory, unsigned port);

    /// site01.example to site20.example.
    static std::string host(std::size_t number);

    /// The URLs of all pages; neighbours in the list have different hosts.
    const std::vector<std::string>& urls() const noexcept { return urls_; }

    /// `count` URLs, drawn by `seed`.
    std::vector<std::string> sample(std::size_t count, unsigned seed) const;

    /// The table of links that a scrape of all pages must come to, made from the files.
    Lines reference() const;

private:
    std::vector<std::string> urls_;
    std::vector<std::string> files_;  // at the same positions
};

/// URLs that fail, and for which reason, by areq's names. `dead_port` has no listener.
std::map<std::string, std::string> bad_urls(unsigned port, unsigned dead_port);

/// Reads a table that areq wrote. Throws std::runtime_error if it does not begin with the header or ends
/// within a line.
Lines read_table(const std::string& path);

/// The lines of a table that stem from these pages.
Lines lines_of(const Lines& lines, const std::vector<std::string>& urls);

}  // namespace demo
