// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The address of a host, without a port: what names stand for.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fibers::net {

// An IPv4 or IPv6 address.
struct Host {
    int family = AF_UNSPEC;                // AF_INET or AF_INET6
    std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four, the rest is zero
    std::uint32_t scope = 0;               // index of the interface of a link-local IPv6 address

    bool operator==(const Host&) const = default;
    bool is_v4_mapped() const noexcept;   // ::ffff:a.b.c.d
    bool is_link_local() const noexcept;  // an IPv6 address that needs a scope
    bool is_loopback() const noexcept;    // 127.0.0.1 or ::1
};

// From an address as the kernel, c-ares and hostent have it: 4 or 16 bytes.
Host make_host(int family, const void* bytes, std::uint32_t scope = 0) noexcept;
// The host of a socket address; nothing if it is of another family.
std::optional<Host> host_of(const sockaddr* address) noexcept;
// ::ffff:a.b.c.d for a.b.c.d, and back.
Host mapped_to_v6(const Host& v4) noexcept;
Host mapped_to_v4(const Host& v6) noexcept;
// Writes a socket address and returns its length. `port` in network order.
socklen_t write_address(const Host& host, std::uint16_t port, sockaddr_storage& address) noexcept;
// "192.0.2.1", "fe80::1%eth0". Throws std::bad_alloc.
std::string to_text(const Host& host);

// What a name was found to stand for.
struct HostList {
    int eai = 0;                 // 0 or EAI_*
    int sys_errno = 0;           // why, if eai is EAI_SYSTEM
    std::vector<Host> hosts;     // the addresses, if eai is 0
    std::string canonical_name;  // the name that has them, if eai is 0
};

}  // namespace fibers::net
