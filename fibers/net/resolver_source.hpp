// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Where names come from: the file of hosts, then the name servers, or as nsswitch.conf has it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fibers/kernel/park.hpp"
#include "fibers/net/resolver_config.hpp"
#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// What one source, or all of them, say of a name or an address.
struct Found {
    NssStatus status = NssStatus::unavail;  // how it went
    int h_errno_value = 0;                  // why, as h_errno has it; 0: found
    int sys_errno = 0;                      // why, if that is NETDB_INTERNAL or an answer is broken
    std::vector<Host> hosts;                // the addresses, in the source's order
    std::string canonical_name;             // the name that has them
    std::vector<std::string> aliases;       // other names that lead to it

    bool found() const noexcept { return status == NssStatus::success; }
};

// How names are looked for.
struct Lookup {
    const NameConfig& config;                               // which sources, and what they need
    kernel::OnCancel on_cancel = kernel::OnCancel::throws;  // while a server is asked
};

// A file of hosts. Never suspends. Source: hosts(5).
Found find_in_file(const NameConfig& config, const std::string& name, int family);
Found find_in_file(const NameConfig& config, const Host& host);
// The name servers. Suspends; notices cancellation: `answers` gives NETDB_INTERNAL with ECANCELED. Family
// AF_UNSPEC: A and AAAA at once.
Found ask_about(const Lookup& lookup, const std::string& name, int family);
Found ask_about(const Lookup& lookup, const Host& host);

// Every source in turn, as getaddrinfo() goes through them: its code, and the addresses it found. `family`
// and `flags` are its hints. Suspends if servers are asked.
HostList find_addresses(const Lookup& lookup, const std::string& name, int family, int flags);
// The same, as gethostbyname2_r() does it: numbers too, one family.
Found find_host(const Lookup& lookup, const std::string& name, int family);
// The name of an address, as gethostbyaddr_r() finds it.
Found find_name(const Lookup& lookup, const Host& host);

// The two above, as the options' mode has it; for fibers.
Found host_by_name(const std::string& name, int family, kernel::OnCancel on_cancel);
Found host_by_address(const Host& host, kernel::OnCancel on_cancel);

}  // namespace fibers::net
