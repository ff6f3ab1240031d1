// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Addresses to names: what getnameinfo() does.
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver.hpp"
#include "fibers/net/resolver_hosts.hpp"
#include "fibers/net/resolver_options.hpp"
#include "fibers/net/resolver_query.hpp"
#include "fibers/net/resolver_services.hpp"

namespace fibers::net {
namespace {

constexpr int known_flags = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_IDN;

// What is wrong with the request itself, or 0.
int check(const NameRequest& request) {
    if (request.flags & ~known_flags) return EAI_BADFLAGS;
    if (!request.address || request.length < sizeof(sa_family_t)) return EAI_FAMILY;
    if ((request.flags & NI_NAMEREQD) && !request.host && !request.service) return EAI_NONAME;
    switch (request.address->sa_family) {
        case AF_UNIX:
            return 0;
        case AF_INET:
            return request.length < sizeof(sockaddr_in) ? EAI_FAMILY : 0;
        case AF_INET6:
            return request.length < sizeof(sockaddr_in6) ? EAI_FAMILY : 0;
        default:
            return EAI_FAMILY;
    }
}

// The request's address, whole.
sockaddr_storage copy_address(const NameRequest& request) {
    sockaddr_storage address{};
    std::memcpy(&address, request.address, std::min<std::size_t>(request.length, sizeof address));
    return address;
}

// The name without this machine's own domain (NI_NOFQDN).
std::string without_own_domain(std::string name) {
    utsname machine{};
    const char* const domain = ::uname(&machine) == 0 ? std::strchr(machine.nodename, '.') : nullptr;
    if (domain && name.ends_with(domain)) name.resize(name.size() - std::strlen(domain));
    return name;
}

// The name of a host; EAI_NONAME if it has none.
HostList find_name(const Host& host, kernel::OnCancel on_cancel) {
    HostList found;
    if (auto name = name_of_host(resolver_options().hosts, host)) {
        count(Answered::by_hosts);
        found.canonical_name = std::move(*name);
        return found;
    }
    found = ask_servers({.name = {}, .family = host.family, .host = host}, on_cancel);
    if (found.eai == EAI_NODATA) found.eai = EAI_NONAME;
    return found;
}

void find_host(const Host& host, int flags, kernel::OnCancel on_cancel, NameResult& result) {
    if (flags & NI_NUMERICHOST) {
        count(Answered::by_number);
    } else {
        HostList found = find_name(host, on_cancel);
        result.eai = found.eai;
        result.sys_errno = found.sys_errno;
        result.host = flags & NI_NOFQDN ? without_own_domain(std::move(found.canonical_name))
                                        : std::move(found.canonical_name);
        if (result.eai != EAI_NONAME) return;
    }
    result.eai = flags & NI_NAMEREQD ? EAI_NONAME : 0;
    if (result.eai == 0) result.host = to_text(host);
}

// A unix socket: this machine, and the path.
NameResult unix_name(const NameRequest& request, const sockaddr_storage& address) {
    NameResult result;
    utsname machine{};
    if (request.host && (request.flags & NI_NAMEREQD) && (request.flags & NI_NUMERICHOST))
        result.eai = EAI_NONAME;
    if (request.host) {
        const bool named = !(request.flags & NI_NUMERICHOST) && ::uname(&machine) == 0;
        result.host = named ? machine.nodename : "localhost";
    }
    if (request.service) {
        sockaddr_un unix_address;
        std::memcpy(&unix_address, &address, sizeof unix_address);
        result.service.assign(unix_address.sun_path,
                              ::strnlen(unix_address.sun_path, sizeof unix_address.sun_path));
    }
    return result;
}

NameResult look_up(const NameRequest& request, kernel::OnCancel on_cancel) {
    NameResult result;
    if ((result.eai = check(request)) != 0) return result;
    const sockaddr_storage address = copy_address(request);
    if (address.ss_family == AF_UNIX) return unix_name(request, address);
    const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
    if (request.host) find_host(*host_of(raw), request.flags, on_cancel, result);
    if (request.service && result.eai == 0) {
        sockaddr_in port;  // stands at the same place in both families
        std::memcpy(&port, raw, sizeof port);
        result.service = service_name(port.sin_port, request.flags);
    }
    return result;
}

}  // namespace

NameResult reverse(const NameRequest& request, kernel::OnCancel on_cancel) {
    (void)kernel::running_fiber();
    try {
        return look_up(request, on_cancel);
    } catch (const std::bad_alloc&) {
        NameResult result;
        result.eai = EAI_MEMORY;
        return result;
    }
}

}  // namespace fibers::net
