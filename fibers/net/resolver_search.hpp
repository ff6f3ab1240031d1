// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One name, tried as it is and in each domain of resolv.conf: what res_query() and res_search() do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fibers/net/resolver_query.hpp"

namespace fibers::net {

// What is asked about each name.
struct SearchRequest {
    std::string name;               // as the user wrote it
    int dns_class = dns::class_in;  // of the records
    std::vector<int> types;         // one, or A and AAAA together
    const NameConfig& config;       // whom to ask, and which domains to try
    kernel::OnCancel on_cancel = kernel::OnCancel::throws;
};

// How asking ended.
struct SearchResult {
    int h_errno_value = 0;        // 0: at least one packet has answers; else as h_errno has it
    bool unavailable = false;     // no server answered (nsswitch.conf's UNAVAIL)
    bool nobody = false;          // because none is there
    bool failed = false;          // the last word was SERVFAIL
    int sys_errno = 0;            // ECANCELED, ENOMEM: then h_errno_value is NETDB_INTERNAL
    std::vector<Packet> packets;  // for each type; an empty one brought no answer
};

// Asks about the name alone. Suspends; cancellation and exceptions as for ask_servers(). Source: resolver(3).
SearchResult query_name(const SearchRequest& request);
// Asks about it in the order that ndots and the domains give. The same.
SearchResult search_name(const SearchRequest& request);

// A name without dots may stand for another one: the file that the environment's HOSTALIASES names says so.
// The name itself if it does not.
std::string host_alias(const std::string& name);

}  // namespace fibers::net
