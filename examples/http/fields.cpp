// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fields.hpp"

#include <algorithm>

namespace http {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool needs_no_encoding(char c) noexcept {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || std::string_view("-._~").find(c) != std::string_view::npos;
}

// As Python's quote_plus.
void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (needs_no_encoding(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte / 16];
            out += digits[byte % 16];
        }
    }
}

}  // namespace

std::string urlencode(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        append_encoded(out, name);
        out += '=';
        append_encoded(out, value);
    }
    return out;
}

std::string make_cookie_header(const Fields& cookies) {
    std::string out;
    for (const auto& [name, value] : cookies) {
        if (!out.empty()) out += "; ";
        out.append(name).append("=").append(value);
    }
    return out;
}

std::string Headers::get(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [&](const auto& entry) { return same_word(entry.first, name); });
    return found == all_.end() ? std::string() : found->second;
}

std::vector<std::string> Headers::get_all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : all_) {
        if (same_word(key, name)) values.push_back(value);
    }
    return values;
}

bool Headers::contains(std::string_view name) const {
    return std::any_of(all_.begin(), all_.end(),
                       [&](const auto& entry) { return same_word(entry.first, name); });
}

void Headers::set(std::string name, std::string value) {
    erase(name);
    add(std::move(name), std::move(value));
}

void Headers::update(const Headers& others) {
    for (const auto& [name, value] : others) erase(name);
    all_.insert(all_.end(), others.begin(), others.end());
}

void Headers::erase(std::string_view name) {
    std::erase_if(all_, [&](const auto& entry) { return same_word(entry.first, name); });
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

}  // namespace http
