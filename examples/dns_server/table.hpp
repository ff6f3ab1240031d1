// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dns_server {

/// What is known of a name.
struct Entry {
    bool fails = false;                  ///< Answer SERVFAIL.
    in_addr address{};                   ///< Its address, unless it fails.
    std::chrono::milliseconds delay{0};  ///< How long the answer takes.
};

/// Reads NAME=ANSWER; nothing when it is not of that form.
std::optional<std::pair<std::string, Entry>> parse_entry(std::string_view text);

/// The names this server knows. Names compare without regard to case.
class Table {
public:
    /// Entries that cannot be read are left out; the options have checked them.
    explicit Table(const std::vector<std::string>& entries);

    /// The entry of `name`, or null.
    const Entry* find(std::string_view name) const;

private:
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace dns_server
