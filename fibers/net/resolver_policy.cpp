// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_policy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <mutex>
#include <optional>
#include <utility>

#include "fibers/kernel/fork.hpp"
#include "fibers/net/resolver_file.hpp"

namespace fibers::net {
namespace {

constexpr const char* gai_conf = "/etc/gai.conf";
constexpr int link_scope = 2;
constexpr int site_scope = 5;
constexpr int global_scope = 14;
constexpr unsigned v4_bits = 96;  // of an IPv4 address's IPv6 form, before itself

using Prefix = std::array<std::uint8_t, 16>;
constexpr Prefix v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr Prefix link_v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 169, 254};
constexpr Prefix loopback_v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
constexpr Prefix loopback_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

AddressPolicy default_policy() {
    return {.labels = {{loopback_v6, 128, 0},
                       {{}, 96, 3},                  // IPv4-compatible
                       {v4_prefix, 96, 4},           // IPv4
                       {{0x20, 0x01, 0, 0}, 32, 7},  // Teredo
                       {{0x20, 0x02}, 16, 2},        // 6to4
                       {{0xfe, 0xc0}, 10, 5},        // site-local
                       {{0xfc}, 7, 6},               // unique local
                       {{}, 0, 1}},
            .precedences = {{loopback_v6, 128, 50},
                            {{}, 96, 20},
                            {v4_prefix, 96, 10},
                            {{0x20, 0x02}, 16, 30},
                            {{}, 0, 40}},
            .v4_scopes = {{link_v4, v4_bits + 16, link_scope},
                          {loopback_v4, v4_bits + 8, link_scope},
                          {v4_prefix, v4_bits, global_scope}}};
}

// The value of the first row that fits.
int look_up(const std::vector<PrefixValue>& table, const Host& host) noexcept {
    const Host v6 = host.family == AF_INET ? mapped_to_v6(host) : host;
    for (const PrefixValue& row : table) {
        if (common_bits(v6, make_host(AF_INET6, row.prefix.data())) >= row.bits) return row.value;
    }
    return 0;
}

std::optional<unsigned> parse_number(const std::string& text, unsigned most) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end || value > most) return std::nullopt;
    return value;
}

// "2001:db8::/32", and the value. IPv4 prefixes are for scopes only.
std::optional<PrefixValue> parse_row(const std::string& prefix, const std::string& value, bool may_be_v4) {
    const auto slash = prefix.find('/');
    const std::string address = prefix.substr(0, slash);
    PrefixValue row{};
    unsigned before = 0;
    if (::inet_pton(AF_INET6, address.c_str(), row.prefix.data()) != 1) {
        if (!may_be_v4 || ::inet_pton(AF_INET, address.c_str(), row.prefix.data() + 12) != 1)
            return std::nullopt;
        row.prefix[10] = row.prefix[11] = 0xff;
        before = v4_bits;
    }
    const auto bits = slash == std::string::npos ? std::optional(128 - before)
                                                 : parse_number(prefix.substr(slash + 1), 128 - before);
    const auto number = parse_number(value, 0x7fffffff);
    if (!bits || !number) return std::nullopt;
    row.bits = before + *bits;
    row.value = static_cast<int>(*number);
    return row;
}

// The file's rows in place of the default ones, the longest first; something must fit always.
void replace(std::vector<PrefixValue>& table, std::vector<PrefixValue>&& rows, unsigned least_bits,
             const PrefixValue& last) {
    if (rows.empty()) return;
    const bool complete = std::ranges::any_of(rows, [&](const auto& row) { return row.bits == least_bits; });
    if (!complete) rows.push_back(last);
    std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.bits > b.bits; });
    table = std::move(rows);
}

// What was read last, and from what.
struct Current {
    std::shared_ptr<const AddressPolicy> policy;  // null: not yet read
    FileVersion version{""};                      // of the file
};

constinit std::mutex mutex;  // guards what is below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();

// Made under the mutex, too. Never freed: loops of late threads may still ask.
Current& current() {
    static auto& only = *new Current;
    return only;
}

}  // namespace

int AddressPolicy::label_of(const Host& host) const noexcept {
    return look_up(labels, host);
}

int AddressPolicy::precedence_of(const Host& host) const noexcept {
    return look_up(precedences, host);
}

int AddressPolicy::scope_of(const Host& host) const noexcept {
    const auto& b = host.bytes;
    if (host.family == AF_INET) return look_up(v4_scopes, host);
    if (b[0] == 0xff) return b[1] & 0x0f;  // multicast says it itself
    if (host.is_link_local() || host.is_loopback()) return link_scope;
    return b[0] == 0xfe && (b[1] & 0xc0) == 0xc0 ? site_scope : global_scope;
}

AddressPolicy parse_gai_conf(const std::string& lines) {
    std::vector<PrefixValue> labels;
    std::vector<PrefixValue> precedences;
    std::vector<PrefixValue> scopes;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
        auto words = words_of(line.substr(0, line.find('#')));
        if (words.size() < 2) continue;
        words.resize(3, "0");  // what is missing is 0, as in glibc
        const bool scope = words[0] == "scopev4";
        const auto row = parse_row(words[1], words[2], scope);
        if (!row) continue;
        if (words[0] == "label") labels.push_back(*row);
        if (words[0] == "precedence") precedences.push_back(*row);
        if (scope && row->bits >= v4_bits) scopes.push_back(*row);
    }
    AddressPolicy policy = default_policy();
    replace(policy.labels, std::move(labels), 0, {{}, 0, 1});
    replace(policy.precedences, std::move(precedences), 0, {{}, 0, 40});
    replace(policy.v4_scopes, std::move(scopes), v4_bits, {v4_prefix, v4_bits, global_scope});
    return policy;
}

std::shared_ptr<const AddressPolicy> address_policy() {
    const FileVersion version(gai_conf);
    {
        const std::lock_guard lock(mutex);
        const Current& known = current();
        if (known.policy && known.version == version) return known.policy;
    }
    Current read{std::make_shared<AddressPolicy>(parse_gai_conf(file_contents(gai_conf))), version};
    const std::lock_guard lock(mutex);
    std::swap(current(), read);
    return current().policy;
}

unsigned common_bits(const Host& a, const Host& b) noexcept {
    const std::size_t size = a.family == AF_INET ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i) {
        const auto differing = static_cast<std::uint8_t>(a.bytes[i] ^ b.bytes[i]);
        if (differing != 0)
            return static_cast<unsigned>(8 * i) + static_cast<unsigned>(std::countl_zero(differing));
    }
    return static_cast<unsigned>(8 * size);
}

}  // namespace fibers::net
