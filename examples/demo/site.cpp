// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "site.hpp"

#include <fmt/core.h>
#include <links.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace demo {

namespace fs = std::filesystem;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) throw std::runtime_error("cannot read " + path);
    return std::move(content).str();
}

}  // namespace

std::string Site::host(std::size_t number) {
    return fmt::format("site{:02}.example", number + 1);
}

Site::Site(const std::string& directory, unsigned port) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file() && entry.path().extension() == ".html") files_.push_back(entry.path());
    }
    std::sort(files_.begin(), files_.end());
    if (files_.size() < kHosts) throw std::runtime_error("too few pages in " + directory);
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const std::string path = fs::relative(files_[i], directory);
        urls_.push_back(fmt::format("http://{}:{}/{}", host(i % kHosts), port, path));
    }
}

std::vector<std::string> Site::sample(std::size_t count, unsigned seed) const {
    std::vector<std::string> result;
    std::sample(urls_.begin(), urls_.end(), std::back_inserter(result), count, std::mt19937(seed));
    return result;
}

Lines Site::reference() const {
    Lines lines;
    for (std::size_t i = 0; i < urls_.size(); ++i) {
        const auto links = areq::find_links(read_file(files_[i]), urls_[i], areq::LinkFinder::html);
        for (const auto& link : links) lines.insert(urls_[i] + "\t" + link);
    }
    return lines;
}

std::map<std::string, std::string> bad_urls(unsigned port, unsigned dead_port) {
    const std::string bad = fmt::format("http://bad.example:{}", port);
    return {
        {bad + "/no-such-page.html", "HTTP status"},
        {bad + "/-/text", "not HTML"},
        {bad + "/-/redirect-loop", "redirects"},
        {bad + "/-/reset", "reset"},
        {bad + "/-/never", "too slow"},
        {fmt::format("http://bad.example:{}/", dead_port), "refused"},
        {fmt::format("http://nowhere.example:{}/", port), "unknown host"},
        {fmt::format("http://broken.example:{}/", port), "name server"},
    };
}

Lines read_table(const std::string& path) {
    const std::string content = read_file(path);
    if (!content.ends_with('\n')) throw std::runtime_error(path + " ends within a line");
    std::istringstream in(content);
    std::string line;
    std::getline(in, line);
    if (line != "source_url\tparsed_url") throw std::runtime_error(path + " does not begin with the header");
    Lines lines;
    while (std::getline(in, line)) lines.insert(line);
    return lines;
}

Lines lines_of(const Lines& lines, const std::vector<std::string>& urls) {
    const std::set<std::string> wanted(urls.begin(), urls.end());
    Lines result;
    for (const auto& line : lines) {
        if (wanted.contains(line.substr(0, line.find('\t')))) result.insert(line);
    }
    return result;
}

}  // namespace demo
