// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// /etc/hosts, or a file like it. Read anew for every lookup, as glibc does: it is small and may change.
#include <arpa/inet.h>
#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "fibers/net/resolver_source.hpp"

namespace fibers::net {
namespace {

// One line: "address name alias…".
struct Line {
    Host host;                       // the address
    std::vector<std::string> names;  // at least one; the first is the canonical one
};

std::optional<Line> parse(const std::string& text) {
    std::istringstream words(text.substr(0, text.find('#')));
    std::string address;
    words >> address;
    Line line;
    std::uint8_t bytes[16];
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, address.c_str(), bytes) == 1) line.host = make_host(family, bytes);
    }
    for (std::string name; words >> name;) line.names.push_back(name);
    if (line.host.family == AF_UNSPEC || line.names.empty()) return std::nullopt;
    return line;
}

// Calls visit(line) for each line until it returns true.
template <class Visit>
void each_line(const std::string& file, Visit&& visit) {
    std::ifstream stream(file);
    for (std::string text; std::getline(stream, text);) {
        const auto line = parse(text);
        if (line && visit(*line)) return;
    }
}

bool has_name(const Line& line, const std::string& name) {
    return std::ranges::any_of(
        line.names, [&](const std::string& known) { return ::strcasecmp(known.c_str(), name.c_str()) == 0; });
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
    each_line(config.hosts, [&](const Line& line) {
        if (!has_name(line, name)) return false;
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
    each_line(config.hosts, [&](const Line& line) {
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
