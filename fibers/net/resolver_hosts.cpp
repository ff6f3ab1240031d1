// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_hosts.hpp"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <fstream>
#include <sstream>

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

std::optional<HostList> hosts_of_name(const std::string& file, const std::string& name, int family) {
    HostList found;
    each_line(file, [&](const Line& line) {
        if (!has_name(line, name)) return false;
        if (const auto host = in_family(line.host, family)) {
            if (found.hosts.empty()) found.canonical_name = line.names.front();
            found.hosts.push_back(*host);
        }
        return false;
    });
    if (found.hosts.empty()) return std::nullopt;
    return found;
}

std::optional<std::string> name_of_host(const std::string& file, const Host& host) {
    std::optional<std::string> found;
    each_line(file, [&](const Line& line) {
        const auto theirs = in_family(line.host, host.family);
        if (!theirs || theirs->bytes != host.bytes) return false;
        found = line.names.front();
        return true;
    });
    return found;
}

}  // namespace fibers::net
