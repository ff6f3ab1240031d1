// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the resolver's options come to, and the counters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fibers/net/resolver.hpp"
#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// A name server.
struct Server {
    Host host;           // its address
    std::uint16_t port;  // in host order
};

// "192.0.2.1, 127.0.0.1:5353, [::1]:53, ::1" as a list; nothing if it is none. Empty: no servers.
std::optional<std::vector<Server>> parse_servers(const std::string& text);

// How long servers are given.
struct Patience {
    Duration timeout;  // for the first try of each server
    int tries;         // of each server
};

// The options' patience, or resolv.conf's ("options timeout:2 attempts:3", which c-ares does not heed), or 5
// s and 2. Reads the file; never suspends. Source: resolv.conf(5).
Patience patience_of(const ResolverOptions& options);

// What ResolverStats counts.
enum class Answered : std::uint8_t {
    by_asking,  // name servers
    by_hosts,   // /etc/hosts
    by_number,  // without looking
};
// Counts one. Never suspends. Any thread.
void count(Answered how) noexcept;

}  // namespace fibers::net
