// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names to addresses for C++ programs.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <iosfwd>
#include <string>
#include <vector>

#include "fibers/error.hpp"

namespace fibers {

// What a lookup is for: the hints of getaddrinfo().
struct ResolveHints {
    int family = AF_UNSPEC;      // AF_INET, AF_INET6 or both
    int socktype = SOCK_STREAM;  // SOCK_*; 0: one address for each type
    int protocol = 0;            // IPPROTO_*; 0: what fits the type
    int flags = AI_ADDRCONFIG;   // AI_*
};

// Where a service can be reached: what socket() and connect() need. A value; it refers to nothing.
class SocketAddress {
public:
    SocketAddress() = default;
    // Copies `length` bytes of an address. Throws std::invalid_argument if there are too many.
    SocketAddress(const sockaddr* address, socklen_t length, int socktype = SOCK_STREAM, int protocol = 0);

    const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&address_); }
    socklen_t size() const noexcept { return size_; }
    int family() const noexcept { return address_.ss_family; }
    int socktype() const noexcept { return socktype_; }
    int protocol() const noexcept { return protocol_; }
    // In host order; 0 for families without ports.
    int port() const noexcept;
    // "192.0.2.1:80", "[fe80::1%eth0]:80". Throws std::bad_alloc.
    std::string to_string() const;

    bool operator==(const SocketAddress& other) const noexcept;

private:
    sockaddr_storage address_{};
    socklen_t size_ = 0;
    int socktype_ = 0;
    int protocol_ = 0;
};
std::ostream& operator<<(std::ostream& out, const SocketAddress& address);

// Thrown by resolve() for a name without an address. what() names the name and says why.
class ResolveError : public RuntimeError {
public:
    ResolveError(const std::string& what, int code) : RuntimeError(what), code_(code) {}
    // EAI_NONAME and its like.
    int code() const noexcept { return code_; }

private:
    int code_;
};

// The addresses of a host and service, at least one, the best first. `host`: a name or a number; empty: this
// machine, or any address (AI_PASSIVE). `service`: a name, a number or empty.
// Suspends if name servers are asked; a cancellation ends it with CancelledError. Time-outs are resolv.conf's
// (seconds), in real time. Throws ResolveError, std::bad_alloc, RuntimeError outside a fiber. Any fiber; the
// result is the caller's own. Source: asyncio's loop.getaddrinfo().
std::vector<SocketAddress> resolve(const std::string& host, const std::string& service = {},
                                   const ResolveHints& hints = {});

}  // namespace fibers
