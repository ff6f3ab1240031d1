// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_order.hpp"

#include <ifaddrs.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <memory>

namespace fibers::net {
namespace {

using Interfaces = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Interfaces interfaces() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) list = nullptr;
    return {list, &::freeifaddrs};
}

// How many leading bits two addresses of one family share.
unsigned common_bits(const Host& a, const Host& b) {
    const std::size_t size = a.family == AF_INET ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i) {
        const auto differing = static_cast<std::uint8_t>(a.bytes[i] ^ b.bytes[i]);
        if (differing != 0)
            return static_cast<unsigned>(8 * i) + static_cast<unsigned>(std::countl_zero(differing));
    }
    return static_cast<unsigned>(8 * size);
}

// A row of the policy tables. IPv4 counts as ::ffff:0:0/96.
struct Policy {
    std::array<std::uint8_t, 16> prefix;  // network order
    unsigned bits;                        // of it that count
    int label;                            // source and destination should agree in it
    int precedence;                       // of destinations; the higher, the better
};

// The longest prefix that fits comes first; the last fits always.
constexpr Policy policies[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, 0, 50},  // ::1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 4, 10},         // IPv4
    {{}, 96, 3, 20},                                                 // IPv4-compatible
    {{0x20, 0x01, 0, 0}, 32, 7, 40},                                 // Teredo
    {{0x20, 0x02}, 16, 2, 30},                                       // 6to4
    {{0xfe, 0xc0}, 10, 5, 40},                                       // site-local
    {{0xfc}, 7, 6, 40},                                              // unique local
    {{}, 0, 1, 40},                                                  // the rest
};

const Policy& policy_of(const Host& host) {
    const Host v6 = host.family == AF_INET ? mapped_to_v6(host) : host;
    return *std::ranges::find_if(policies, [&](const Policy& policy) {
        return common_bits(v6, make_host(AF_INET6, policy.prefix.data())) >= policy.bits;
    });
}

constexpr int link_scope = 2;
constexpr int site_scope = 5;
constexpr int global_scope = 14;

// How far an address reaches. Private IPv4 addresses count as global, loopback ones as the link's.
int scope_of(const Host& host) {
    const auto& b = host.bytes;
    if (host.family == AF_INET) {
        return b[0] == 127 || (b[0] == 169 && b[1] == 254) ? link_scope : global_scope;
    }
    if (b[0] == 0xff) return b[1] & 0x0f;  // multicast says it itself
    if (host.is_link_local() || host.is_loopback()) return link_scope;
    return b[0] == 0xfe && (b[1] & 0xc0) == 0xc0 ? site_scope : global_scope;
}

// The address the kernel would send from; nothing if it knows no way. Connecting a datagram socket asks the
// routes and sends nothing.
std::optional<Host> source_for(const Host& host) {
    sockaddr_storage address;
    socklen_t length = write_address(host, 0, address);
    const int fd = ::socket(host.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return std::nullopt;
    std::optional<Host> source;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (::connect(fd, raw, length) == 0) {
        length = sizeof address;
        if (::getsockname(fd, raw, &length) == 0) source = host_of(raw);
    }
    ::close(fd);
    return source;
}

// Bits of the network of one of our own IPv4 addresses.
unsigned network_bits(const Host& own, const Interfaces& list) {
    for (const ifaddrs* i = list.get(); i; i = i->ifa_next) {
        if (!i->ifa_addr || !i->ifa_netmask || host_of(i->ifa_addr) != own) continue;
        const auto mask = host_of(i->ifa_netmask);
        if (mask) return common_bits(*mask, make_host(AF_INET, "\xff\xff\xff\xff"));
    }
    return 0;
}

// A destination and what the rules want to know of it.
struct Destination {
    Host host;                // itself
    bool reachable = false;   // rule 1
    bool scope_fits = false;  // rule 2: the source's scope is the same
    bool label_fits = false;  // rule 5: the source's label is the same
    int precedence = 0;       // rule 6
    int scope = 0;            // rule 8
    unsigned common = 0;      // rule 9: bits shared with the source
};

Destination judge(const Host& host, const Interfaces& list) {
    Destination d{.host = host};
    d.precedence = policy_of(host).precedence;
    d.scope = scope_of(host);
    const auto source = source_for(host);
    if (!source) return d;
    d.reachable = true;
    d.scope_fits = scope_of(*source) == d.scope;
    d.label_fits = policy_of(*source).label == policy_of(host).label;
    d.common = common_bits(*source, host);
    // Outside of its own network, what an IPv4 address has in common with ours means nothing.
    if (host.family == AF_INET && d.common < network_bits(*source, list)) d.common = 0;
    return d;
}

bool better(const Destination& a, const Destination& b) {
    if (a.reachable != b.reachable) return a.reachable;
    if (a.scope_fits != b.scope_fits) return a.scope_fits;
    if (a.label_fits != b.label_fits) return a.label_fits;
    if (a.precedence != b.precedence) return a.precedence > b.precedence;
    if (a.scope != b.scope) return a.scope < b.scope;
    return a.host.family == b.host.family && a.common > b.common;
}

}  // namespace

void sort_destinations(std::vector<Host>& hosts) {
    if (hosts.size() < 2) return;
    const Interfaces list = interfaces();
    std::vector<Destination> destinations;
    for (const Host& host : hosts) destinations.push_back(judge(host, list));
    std::ranges::stable_sort(destinations, better);
    std::ranges::transform(destinations, hosts.begin(), &Destination::host);
}

OwnFamilies own_families() {
    OwnFamilies own;
    const Interfaces list = interfaces();
    for (const ifaddrs* i = list.get(); i; i = i->ifa_next) {
        const auto host = i->ifa_addr ? host_of(i->ifa_addr) : std::nullopt;
        if (!host || host->is_loopback()) continue;
        (host->family == AF_INET ? own.v4 : own.v6) = true;
    }
    return own;
}

}  // namespace fibers::net
