// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_idn.hpp"
#include "fibers/net/resolver_libc.hpp"
#include "fibers/net/resolver_numeric.hpp"
#include "fibers/net/resolver_options.hpp"
#include "fibers/net/resolver_order.hpp"
#include "fibers/net/resolver_services.hpp"
#include "fibers/net/resolver_source.hpp"

namespace fibers::net {
namespace {

constexpr int known_flags = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_ADDRCONFIG | AI_V4MAPPED |
                            AI_NUMERICSERV | AI_ALL | AI_IDN | AI_CANONIDN |
                            0x300;  // the last two: IDN's, without effect

HostList failure(int eai) {
    HostList list;
    list.eai = eai;
    return list;
}

// "*" is as good as nothing.
const char* unless_star(const char* text) {
    return text && std::strcmp(text, "*") == 0 ? nullptr : text;
}

// Narrows the request to the families this machine has; EAI_NONAME if it has none of them.
int narrow_family(AddressRequest& request) {
    const OwnFamilies own = own_families();
    if (request.family == AF_UNSPEC && own.v4 != own.v6) request.family = own.v4 ? AF_INET : AF_INET6;
    const bool useless = (request.family == AF_INET && !own.v4) || (request.family == AF_INET6 && !own.v6);
    return useless ? EAI_NONAME : 0;
}

// What is wrong with the request itself, or 0.
int check(AddressRequest& request) {
    if (!request.node && !request.service) return EAI_NONAME;
    if (request.flags & ~known_flags) return EAI_BADFLAGS;
    if ((request.flags & AI_CANONNAME) && !request.node) return EAI_BADFLAGS;
    const int family = request.family;
    if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6) return EAI_FAMILY;
    if (request.flags & AI_ADDRCONFIG) {
        if (const int eai = narrow_family(request)) return eai;
    }
    return service_form_allowed(request) ? 0 : EAI_NONAME;
}

HostList find_hosts(const AddressRequest& request, kernel::OnCancel on_cancel) {
    std::optional<HostList> at_once = request.node
                                          ? numeric_hosts(request.node, request.family, request.flags)
                                          : nameless_hosts(request.family, request.flags);
    if (at_once) {
        count(Answered::by_number);
        return std::move(*at_once);
    }
    if (request.flags & AI_NUMERICHOST) return failure(EAI_NONAME);
    const auto config = name_config();
    return find_addresses({*config, on_cancel}, request.node, request.family, request.flags);
}

// Every address with every service.
std::vector<Address> combine(const std::vector<Host>& hosts, const std::vector<Service>& services) {
    std::vector<Address> addresses;
    addresses.reserve(hosts.size() * services.size());
    for (const Host& host : hosts) {
        for (const Service& service : services) {
            Address& address = addresses.emplace_back();
            address.length = write_address(host, service.port, address.address);
            address.socktype = service.socktype;
            address.protocol = service.protocol;
        }
    }
    return addresses;
}

// libc is asked about names only: numbers are the same everywhere, and at once.
bool needs_libc(const AddressRequest& request, ResolverMode mode) {
    if (mode == ResolverMode::cares || !request.node) return false;
    return !numeric_hosts(request.node, request.family, request.flags);
}

AddressResult look_up(AddressRequest request, kernel::OnCancel on_cancel) {
    AddressResult result;
    request.node = unless_star(request.node);
    request.service = unless_star(request.service);
    const ResolverMode mode = resolver_mode();
    if (needs_libc(request, mode)) return libc_resolve(request, mode, on_cancel);
    if ((result.eai = check(request)) != 0) return result;
    const ServiceList found = find_services(request);
    if ((result.eai = found.eai) != 0) return result;
    std::string encoded;
    const char* const asked = request.node;
    if (request.node && (request.flags & AI_IDN)) {
        if ((result.eai = to_dns_encoding(request.node, encoded)) != 0) return result;
        request.node = encoded.c_str();
    }
    HostList list = find_hosts(request, on_cancel);
    result.eai = list.eai;
    result.sys_errno = list.sys_errno;
    if (result.eai != 0) return result;
    sort_destinations(list.hosts);
    result.addresses = combine(list.hosts, found.services);
    if (request.flags & AI_CANONNAME) {
        result.canonical_name = list.canonical_name.empty() ? asked : list.canonical_name;
        if (request.flags & AI_CANONIDN) result.canonical_name = from_dns_encoding(result.canonical_name);
    }
    return result;
}

}  // namespace

AddressResult resolve(const AddressRequest& request, kernel::OnCancel on_cancel) {
    (void)kernel::running_fiber();
    try {
        return look_up(request, on_cancel);
    } catch (const std::bad_alloc&) {
        AddressResult result;
        result.eai = EAI_MEMORY;
        return result;
    }
}

Found host_by_name(const std::string& name, int family, kernel::OnCancel on_cancel) {
    (void)kernel::running_fiber();
    const ResolverMode mode = resolver_mode();
    if (mode != ResolverMode::cares) return libc_host(name, family, mode, on_cancel);
    const auto config = name_config();
    return find_host({*config, on_cancel}, name, family);
}

Found host_by_address(const Host& host, kernel::OnCancel on_cancel) {
    (void)kernel::running_fiber();
    const ResolverMode mode = resolver_mode();
    if (mode != ResolverMode::cares) return libc_host(host, mode, on_cancel);
    const auto config = name_config();
    return find_name({*config, on_cancel}, host);
}

}  // namespace fibers::net
