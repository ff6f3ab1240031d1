// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_host.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>

namespace fibers::net {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

in6_addr v6_bytes(const Host& host) noexcept {
    in6_addr address;
    std::memcpy(&address, host.bytes.data(), sizeof address);
    return address;
}

}  // namespace

bool Host::is_v4_mapped() const noexcept {
    return family == AF_INET6 && std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), bytes.begin());
}

bool Host::is_link_local() const noexcept {
    const in6_addr address = v6_bytes(*this);
    return family == AF_INET6 && (IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MC_LINKLOCAL(&address));
}

bool Host::is_loopback() const noexcept {
    if (family == AF_INET) return bytes == make_host(AF_INET, "\x7f\0\0\1").bytes;
    const in6_addr address = v6_bytes(*this);
    return IN6_IS_ADDR_LOOPBACK(&address);
}

Host make_host(int family, const void* bytes, std::uint32_t scope) noexcept {
    Host host{family, {}, scope};
    std::memcpy(host.bytes.data(), bytes, family == AF_INET ? 4 : 16);
    return host;
}

std::optional<Host> host_of(const sockaddr* address) noexcept {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, address, sizeof v4);
        return make_host(AF_INET, &v4.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, address, sizeof v6);
        return make_host(AF_INET6, &v6.sin6_addr, v6.sin6_scope_id);
    }
    return std::nullopt;
}

Host mapped_to_v6(const Host& v4) noexcept {
    Host host{AF_INET6, {}, 0};
    const auto rest = std::ranges::copy(v4_mapped_prefix, host.bytes.begin()).out;
    std::copy_n(v4.bytes.begin(), 4, rest);
    return host;
}

Host mapped_to_v4(const Host& v6) noexcept {
    return make_host(AF_INET, v6.bytes.data() + v4_mapped_prefix.size());
}

socklen_t write_address(const Host& host, std::uint16_t port, sockaddr_storage& address) noexcept {
    address = {};
    if (host.family == AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = port;
        std::memcpy(&v4.sin_addr, host.bytes.data(), sizeof v4.sin_addr);
        std::memcpy(&address, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = port;
    v6.sin6_addr = v6_bytes(host);
    v6.sin6_scope_id = host.scope;
    std::memcpy(&address, &v6, sizeof v6);
    return sizeof v6;
}

std::string to_text(const Host& host) {
    char text[INET6_ADDRSTRLEN];
    std::string whole = ::inet_ntop(host.family, host.bytes.data(), text, sizeof text);
    if (host.scope == 0 || host.family != AF_INET6) return whole;
    char interface[IF_NAMESIZE];
    const bool named = host.is_link_local() && ::if_indextoname(host.scope, interface);
    return whole + '%' + (named ? std::string(interface) : std::to_string(host.scope));
}

}  // namespace fibers::net
