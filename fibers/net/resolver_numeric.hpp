// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names that are numbers: "192.0.2.1", "127.1", "0x7f.1", "::1", "fe80::1%eth0". c-ares knows only some.
#pragma once

#include <optional>
#include <string>

#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// The host list of a name that is a number, in the family asked for: EAI_ADDRFAMILY if it is of the other,
// EAI_NONAME if its scope is none. Nothing if the name is no number. `flags`: AI_V4MAPPED counts.
std::optional<HostList> numeric_hosts(const std::string& name, int family, int flags);

// The host list of no name: any address (AI_PASSIVE in `flags`) or the loopback addresses.
HostList nameless_hosts(int family, int flags);

}  // namespace fibers::net
