// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "file_name.hpp"

#include <algorithm>
#include <http/url.hpp>
#include <set>
#include <string_view>

namespace download {

namespace {

constexpr std::size_t kLongest = 200;  // bytes; file systems take 255, and ".part" comes behind it

// The servers' choice of words: no way out of the directory, nothing that a terminal would obey.
std::string name_of(const std::string& text) {
    const auto url = http::Url::parse(text);
    std::string name = url ? url->path() : std::string();
    name.erase(0, name.rfind('/') + 1);
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '_');
    if (name.size() > kLongest) name.erase(0, name.size() - kLongest);
    if (name.empty() || name.front() == '.') name.insert(0, "index");
    return name;
}

// "photo.jpg" becomes "photo-2.jpg".
std::string numbered(const std::string& name, std::size_t number) {
    const auto dot = std::min(name.rfind('.'), name.size());
    return name.substr(0, dot) + "-" + std::to_string(number) + name.substr(dot);
}

}  // namespace

std::vector<std::string> file_names(const std::vector<std::string>& urls) {
    std::set<std::string> taken;
    std::vector<std::string> names;
    for (const auto& url : urls) {
        const std::string wanted = name_of(url);
        std::string name = wanted;
        for (std::size_t number = 2; !taken.insert(name).second; ++number) name = numbered(wanted, number);
        names.push_back(name);
    }
    return names;
}

}  // namespace download
