// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names to addresses and back, without blocking the loop and without a thread.
//
// Numbers, services and /etc/hosts are answered on the spot; everything else is asked of the name servers
// through c-ares, one channel a loop. The answers (addresses, their order, codes) are those of glibc's
// getaddrinfo and getnameinfo; requests and flags are theirs, too.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/kernel/park.hpp"

namespace fibers::net {

// What is looked up: the arguments and hints of getaddrinfo. The strings must live until resolve() returns.
struct AddressRequest {
    const char* node = nullptr;     // a name or a number; null: this machine, or any address (AI_PASSIVE)
    const char* service = nullptr;  // a name or a number; null: port 0
    int flags = 0;                  // AI_*; getaddrinfo without hints means AI_V4MAPPED | AI_ADDRCONFIG
    int family = AF_UNSPEC;         // AF_INET, AF_INET6 or both
    int socktype = 0;               // SOCK_*; 0: stream, datagram and raw
    int protocol = 0;               // IPPROTO_*; 0: what fits the type
};

// One answer: what socket() and connect() need.
struct Address {
    sockaddr_storage address;  // its family, port and address
    socklen_t length;          // bytes of it that count
    int socktype;              // SOCK_*
    int protocol;              // IPPROTO_*
};

// How a lookup ended.
struct AddressResult {
    int eai = 0;                     // 0 or EAI_*
    int sys_errno = 0;               // why, if eai is EAI_SYSTEM (ECANCELED: cancelled)
    std::vector<Address> addresses;  // at least one if eai is 0, the best first
    std::string canonical_name;      // if AI_CANONNAME was asked for and eai is 0
};

// Looks a name up. Suspends only if name servers are asked; notices cancellation there: `throws` gives
// CancelledError, `answers` EAI_SYSTEM with ECANCELED, `ignores` waits on. Unknown names are EAI_NONAME,
// names without an address of the family EAI_NODATA, servers that fail or do not answer EAI_AGAIN, no memory
// EAI_MEMORY. Throws RuntimeError outside a fiber. Source: getaddrinfo(3).
AddressResult resolve(const AddressRequest& request, kernel::OnCancel on_cancel = kernel::OnCancel::throws);

// What is looked up the other way: the arguments of getnameinfo.
struct NameRequest {
    const sockaddr* address = nullptr;  // AF_INET, AF_INET6 or AF_UNIX; read before the first suspension
    socklen_t length = 0;               // bytes of it
    int flags = 0;                      // NI_*
    bool host = true;                   // whether the host is wanted
    bool service = true;                // whether the service is wanted
};

// How a lookup by address ended. Whether it fits the caller's buffers (EAI_OVERFLOW) is the caller's to say.
struct NameResult {
    int eai = 0;          // 0 or EAI_*
    int sys_errno = 0;    // why, if eai is EAI_SYSTEM (ECANCELED: cancelled)
    std::string host;     // a name, or a number where there is none
    std::string service;  // a name, or a number where there is none
};

// Looks an address up: /etc/hosts, then PTR. Suspension, cancellation and exceptions as for resolve().
// Source: getnameinfo(3).
NameResult reverse(const NameRequest& request, kernel::OnCancel on_cancel = kernel::OnCancel::throws);

// Who answers what no file does.
enum class ResolverMode : std::uint8_t {
    cares,   // ourselves, through c-ares: no thread, nobody waits for anybody
    thread,  // libc, on a few threads of ours: every source of nsswitch.conf; ten lookups at once
    block,   // libc, at once: the loop stands still meanwhile
};

// Whom to ask, and how patiently.
struct ResolverOptions {
    std::string servers;                           // "127.0.0.1:5353,[::1]:53"; empty: as in resolv.conf
    Duration timeout{};                            // for the first try of each server; 0: as in resolv.conf
    int tries = 0;                                 // of each server; 0: as in resolv.conf
    std::string hosts = "/etc/hosts";              // the file of names that need no server
    std::string resolv_conf = "/etc/resolv.conf";  // servers, domains to search, options
    std::string nsswitch = "/etc/nsswitch.conf";   // which sources are asked, in which order
    ResolverMode mode = ResolverMode::cares;       // who answers
};

// What is in force: at first the environment's FIBERS_DNS_SERVERS (as `servers`), FIBERS_DNS_TIMEOUT
// (milliseconds), FIBERS_DNS_TRIES and FIBERS_RESOLVER (cares, thread or block). Never suspends. Any thread.
ResolverOptions resolver_options();
// Changes it for lookups that begin afterwards, on every loop. Never suspends. Any thread. Throws
// std::invalid_argument if `servers` is not a list of addresses.
void set_resolver_options(const ResolverOptions& options);
// The sources that nsswitch.conf names for hosts and that ResolverMode::cares leaves out (mdns, myhostname,
// ldap, …), in the file's order. Never suspends. Any thread.
std::vector<std::string> unasked_sources();

// What lookups have come to, in this process. Names and addresses both count.
struct ResolverStats {
    std::uint64_t asked = 0;    // of name servers
    std::uint64_t hosts = 0;    // answered from /etc/hosts
    std::uint64_t numeric = 0;  // answered without looking: numbers, and no name at all
};

// Counts since the start. Never suspends. Any thread.
ResolverStats resolver_stats() noexcept;

}  // namespace fibers::net
