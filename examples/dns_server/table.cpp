// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <arpa/inet.h>

#include <cctype>
#include <charconv>

namespace dns_server {

namespace {

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

}  // namespace

std::optional<std::pair<std::string, Entry>> parse_entry(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    std::string name = lower_case(text.substr(0, equals));
    std::string_view answer = text.substr(equals + 1);
    Entry entry;
    if (answer == "SERVFAIL") {
        entry.fails = true;
        return std::pair(std::move(name), entry);
    }
    if (answer.starts_with("SLOW:")) {
        answer.remove_prefix(5);
        unsigned milliseconds = 0;
        const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), milliseconds);
        answer.remove_prefix(static_cast<std::size_t>(end - answer.data()));
        if (error != std::errc{} || !answer.starts_with(':')) return std::nullopt;
        answer.remove_prefix(1);
        entry.delay = std::chrono::milliseconds(milliseconds);
    }
    if (::inet_pton(AF_INET, std::string(answer).c_str(), &entry.address) != 1) return std::nullopt;
    return std::pair(std::move(name), entry);
}

Table::Table(const std::vector<std::string>& entries) {
    for (const auto& text : entries) {
        if (auto entry = parse_entry(text)) entries_.insert_or_assign(std::move(entry->first), entry->second);
    }
}

const Entry* Table::find(std::string_view name) const {
    const auto found = entries_.find(lower_case(name));
    return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace dns_server
