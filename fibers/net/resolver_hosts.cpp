// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// /etc/hosts, or a file like it. Read anew for every lookup, as glibc does: it may change.
#include <arpa/inet.h>
#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "fibers/net/resolver_file.hpp"
#include "fibers/net/resolver_source.hpp"

namespace fibers::net {
namespace {

// One line: "address name alias…".
struct Line {
    Host host;                       // the address
    std::vector<std::string> names;  // at least one; the first is the canonical one
};

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Takes the first word off the text; an empty one at its end.
std::string_view take_word(std::string_view& text) {
    const auto begin = std::ranges::find_if_not(text, &is_blank);
    const auto end = std::find_if(begin, text.end(), &is_blank);
    text = {end, text.end()};
    return {begin, end};
}

std::optional<Line> parse(std::string_view text) {
    const std::string address(take_word(text));
    Line line;
    std::uint8_t bytes[16];
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, address.c_str(), bytes) == 1) line.host = make_host(family, bytes);
    }
    for (auto name = take_word(text); !name.empty(); name = take_word(text)) line.names.emplace_back(name);
    if (line.host.family == AF_UNSPEC || line.names.empty()) return std::nullopt;
    return line;
}

// Calls visit(line) for each line that may_be_it(text) until it returns true. Files may be long, with a
// hundred thousand names that nobody should reach: lines are read closely only when they must be.
template <class Filter, class Visit>
void each_line(const std::string& file, Filter&& may_be_it, Visit&& visit) {
    const std::string contents = file_contents(file);
    for (std::string_view rest = contents; !rest.empty();) {
        std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        text = text.substr(0, text.find('#'));
        text = text.substr(0, text.find('\0'));
        if (!may_be_it(text)) continue;
        const auto line = parse(text);
        if (line && visit(*line)) return;
    }
}

bool has_name(std::string_view text, const std::string& name) {
    (void)take_word(text);
    for (auto known = take_word(text); !known.empty(); known = take_word(text)) {
        if (known.size() == name.size() && ::strncasecmp(known.data(), name.data(), name.size()) == 0)
            return true;
    }
    return false;
}

// The line's address in the family asked for; nothing if it has none there. ::1 has one, as in glibc: a file
// that names localhost only there still answers AF_INET.
std::optional<Host> in_family(const Host& host, int family) {
    if (family == AF_UNSPEC || host.family == family) return host;
    if (family == AF_INET && host.is_v4_mapped()) return mapped_to_v4(host);
    if (family == AF_INET && host.is_loopback()) return make_host(AF_INET, "\x7f\0\0\1");
    return std::nullopt;
}

}  // namespace

Found find_in_file(const NameConfig& config, const std::string& name, int family) {
    Found found;
    found.status = NssStatus::notfound;
    found.h_errno_value = HOST_NOT_FOUND;
    const auto names_it = [&](std::string_view text) { return has_name(text, name); };
    each_line(config.hosts, names_it, [&](const Line& line) {
        const auto host = in_family(line.host, family);
        if (!host) return false;
        found.hosts.push_back(*host);
        found.aliases.insert(found.aliases.end(), line.names.begin() + 1, line.names.end());
        if (found.hosts.size() == 1) {
            found.canonical_name = line.names.front();
        } else if (line.names.front() != found.canonical_name) {
            found.aliases.push_back(line.names.front());
        }
        return !config.multi;
    });
    if (found.hosts.empty()) return found;
    found.status = NssStatus::success;
    found.h_errno_value = 0;
    return found;
}

Found find_in_file(const NameConfig& config, const Host& host) {
    Found found;
    found.status = NssStatus::notfound;
    found.h_errno_value = HOST_NOT_FOUND;
    const auto any = [](std::string_view) { return true; };
    each_line(config.hosts, any, [&](const Line& line) {
        const auto theirs = in_family(line.host, host.family);
        if (!theirs || theirs->bytes != host.bytes) return false;
        found.status = NssStatus::success;
        found.h_errno_value = 0;
        found.hosts = {*theirs};
        found.canonical_name = line.names.front();
        found.aliases.assign(line.names.begin() + 1, line.names.end());
        return true;
    });
    return found;
}

}  // namespace fibers::net
