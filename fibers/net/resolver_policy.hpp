// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The tables of RFC 3484, glibc's or those of gai.conf.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// A row: addresses that begin with these bits have this value. IPv4 counts as ::ffff:0:0/96.
struct PrefixValue {
    std::array<std::uint8_t, 16> prefix;  // network order
    unsigned bits;                        // of it that count
    int value;
};

// The longest prefix that fits comes first; the last fits always.
struct AddressPolicy {
    std::vector<PrefixValue> labels;       // source and destination should agree in it
    std::vector<PrefixValue> precedences;  // of destinations; the higher, the better
    std::vector<PrefixValue> v4_scopes;    // how far IPv4 addresses reach

    int label_of(const Host& host) const noexcept;
    int precedence_of(const Host& host) const noexcept;
    // 2: the link, 5: the site, 14: everywhere.
    int scope_of(const Host& host) const noexcept;
};

// What is in force: /etc/gai.conf, read again when it has changed. Never suspends. Any thread.
std::shared_ptr<const AddressPolicy> address_policy();
// The tables of such a file. Source: gai.conf(5).
AddressPolicy parse_gai_conf(const std::string& lines);

// How many leading bits two addresses of one family share.
unsigned common_bits(const Host& a, const Host& b) noexcept;

}  // namespace fibers::net
