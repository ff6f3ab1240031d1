// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Which of several addresses to try first.
//
// c-ares could sort what it finds, but not what /etc/hosts or no name at all gives; one order for all is
// glibc's.
#pragma once

#include <vector>

#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// Puts the best destination first: reachable before not, then by scope, deprecated and home addresses, label,
// precedence, tunnels, reach, and common prefix with the address we would send from. Equals keep their order.
// Asks the kernel's routes, never sends, never suspends. Source: RFC 3484, section 6, with glibc's tables or
// those of gai.conf; whether an IPv4 address is deprecated is not asked.
void sort_destinations(std::vector<Host>& hosts);

// Which families this machine has addresses of, beside the loopback ones (AI_ADDRCONFIG).
struct OwnFamilies {
    bool v4 = false;  // some IPv4 address but 127.0.0.1
    bool v6 = false;  // some IPv6 address but ::1
};
OwnFamilies own_families();

}  // namespace fibers::net
