// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_order.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <numeric>
#include <optional>
#include <string>

#include "fibers/net/resolver_file.hpp"
#include "fibers/net/resolver_policy.hpp"

namespace fibers::net {
namespace {

using Interfaces = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Interfaces interfaces() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) list = nullptr;
    return {list, &::freeifaddrs};
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

// One of this machine's own addresses, as a source.
struct Source {
    std::string interface;    // that has it
    unsigned network = 0;     // bits of its network
    bool deprecated = false;  // should not be used any more
    bool home = false;        // of a mobile node
};

// Flags of our own IPv6 addresses, as /proc/net/if_inet6 has them.
constexpr unsigned home_flag = 0x10;
constexpr unsigned deprecated_flags = 0x20 | 0x04;  // or optimistic: not yet known to be unique

unsigned flags_of(const Host& own) {
    std::ifstream file("/proc/net/if_inet6");
    std::string digits;
    for (std::size_t i = 0; i < own.bytes.size(); ++i) {
        constexpr char hexadecimal[] = "0123456789abcdef";
        digits += hexadecimal[own.bytes[i] >> 4];
        digits += hexadecimal[own.bytes[i] & 0x0f];
    }
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(digits)) continue;
        const auto words = words_of(line);
        if (words.size() >= 5) return static_cast<unsigned>(std::stoul(words[4], nullptr, 16));
    }
    return 0;
}

Source describe(const Host& own, const Interfaces& list) {
    Source source;
    for (const ifaddrs* i = list.get(); i; i = i->ifa_next) {
        const auto host = i->ifa_addr ? host_of(i->ifa_addr) : std::nullopt;
        if (!host || host->family != own.family || host->bytes != own.bytes) continue;
        source.interface = i->ifa_name;
        const auto mask = i->ifa_netmask ? host_of(i->ifa_netmask) : std::nullopt;
        if (mask && own.family == AF_INET)
            source.network = common_bits(*mask, make_host(AF_INET, "\xff\xff\xff\xff"));
        break;
    }
    if (own.family == AF_INET6) {
        const unsigned flags = flags_of(own);
        source.deprecated = (flags & deprecated_flags) != 0;
        source.home = (flags & home_flag) != 0;
    }
    return source;
}

// False for interfaces that wrap packets into others.
bool is_native(const std::string& interface) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return true;
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    const bool known = ::ioctl(fd, SIOCGIFHWADDR, &request) == 0;
    ::close(fd);
    if (!known) return true;
    const int type = request.ifr_hwaddr.sa_family;
    return type != ARPHRD_TUNNEL && type != ARPHRD_TUNNEL6 && type != ARPHRD_SIT;
}

// A destination and what the rules want to know of it.
struct Destination {
    Host host;                // itself
    bool reachable = false;   // rule 1
    bool scope_fits = false;  // rule 2: the source's scope is the same
    Source source;            // rules 3, 4 and 7
    bool label_fits = false;  // rule 5: the source's label is the same
    int precedence = 0;       // rule 6
    bool native = true;       // rule 7: not through a tunnel
    int scope = 0;            // rule 8
    unsigned common = 0;      // rule 9: bits shared with the source
};

Destination judge(const Host& host, const Interfaces& list, const AddressPolicy& policy) {
    Destination d{.host = host, .source = {}};
    d.precedence = policy.precedence_of(host);
    d.scope = policy.scope_of(host);
    const auto source = source_for(host);
    if (!source) return d;
    d.reachable = true;
    d.source = describe(*source, list);
    d.scope_fits = policy.scope_of(*source) == d.scope;
    d.label_fits = policy.label_of(*source) == policy.label_of(host);
    d.common = common_bits(*source, host);
    // Outside of its own network, what an IPv4 address has in common with ours means nothing.
    if (host.family == AF_INET && d.common < d.source.network) d.common = 0;
    return d;
}

bool better(const Destination& a, const Destination& b) {
    if (a.reachable != b.reachable) return a.reachable;
    if (a.scope_fits != b.scope_fits) return a.scope_fits;
    if (a.source.deprecated != b.source.deprecated) return b.source.deprecated;
    if (a.source.home != b.source.home) return a.source.home;
    if (a.label_fits != b.label_fits) return a.label_fits;
    if (a.precedence != b.precedence) return a.precedence > b.precedence;
    if (a.native != b.native) return a.native;
    if (a.scope != b.scope) return a.scope < b.scope;
    return a.host.family == b.host.family && a.common > b.common;
}

// For qsort_r(), over places in a list of destinations: equals keep their order.
int compare(const void* a, const void* b, void* list) {
    const std::size_t first = *static_cast<const std::size_t*>(a);
    const std::size_t second = *static_cast<const std::size_t*>(b);
    const auto& all = *static_cast<const std::vector<Destination>*>(list);
    if (better(all[first], all[second])) return -1;
    return better(all[second], all[first]) || second < first ? 1 : -1;
}

// Only where different interfaces lead to them does it matter what kind they are of.
void find_tunnels(std::vector<Destination>& destinations) {
    const std::string& first = destinations.front().source.interface;
    const bool one =
        std::ranges::all_of(destinations, [&](const auto& d) { return d.source.interface == first; });
    if (one) return;
    for (Destination& d : destinations) {
        if (!d.source.interface.empty()) d.native = is_native(d.source.interface);
    }
}

}  // namespace

void sort_destinations(std::vector<Host>& hosts) {
    if (hosts.size() < 2) return;
    const Interfaces list = interfaces();
    std::vector<Destination> destinations;
    const auto policy = address_policy();
    for (const Host& host : hosts) destinations.push_back(judge(host, list, *policy));
    find_tunnels(destinations);
    // Rule 9 compares within a family only, so that a may come before b, b before c and c before a: the order
    // is glibc's if it is its function that sorts.
    std::vector<std::size_t> order(hosts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    ::qsort_r(order.data(), order.size(), sizeof order[0], &compare, &destinations);
    std::ranges::transform(order, hosts.begin(), [&](std::size_t place) { return destinations[place].host; });
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
