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

    bool operator==(const Server&) const = default;
};

// "192.0.2.1, 127.0.0.1:5353, [::1]:53, ::1" as a list; nothing if it is none. Empty: no servers.
std::optional<std::vector<Server>> parse_servers(const std::string& text);

// Changes whenever set_resolver_options() is called. Never suspends. Any thread.
std::uint64_t options_serial() noexcept;

// The options' mode, without the rest. Never suspends. Any thread.
ResolverMode resolver_mode() noexcept;

// What ResolverStats counts.
enum class Answered : std::uint8_t {
    by_asking,  // name servers
    by_hosts,   // /etc/hosts
    by_number,  // without looking
};
// Counts one. Never suspends. Any thread.
void count(Answered how) noexcept;

}  // namespace fibers::net
