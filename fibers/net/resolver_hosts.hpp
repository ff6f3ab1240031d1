// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// /etc/hosts, or a file like it. Read anew for every lookup, as glibc does: it is small and may change.
#pragma once

#include <optional>
#include <string>

#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

// The addresses that `file` gives `name` in the family (AF_UNSPEC: both), in the file's order. Nothing if it
// gives none, or there is no file. Never suspends. Source: hosts(5).
std::optional<HostList> hosts_of_name(const std::string& file, const std::string& name, int family);

// The name that `file` gives `host`, if any. Never suspends.
std::optional<std::string> name_of_host(const std::string& file, const Host& host);

}  // namespace fibers::net
