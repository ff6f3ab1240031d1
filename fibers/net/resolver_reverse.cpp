// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Addresses to names: what getnameinfo() does.
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/kernel/fork.hpp"
#include "fibers/net/resolver.hpp"
#include "fibers/net/resolver_idn.hpp"
#include "fibers/net/resolver_libc.hpp"
#include "fibers/net/resolver_options.hpp"
#include "fibers/net/resolver_services.hpp"
#include "fibers/net/resolver_source.hpp"

namespace fibers::net {
namespace {

constexpr int known_flags = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_IDN |
                            0xc0;  // the last two: IDN's, without effect

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

// What follows the first dot of a name.
std::string domain_in(const std::string& name) {
    const auto dot = name.find('.');
    return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

// This machine's own domain: glibc looks at four names for one, once. Nothing: a cancellation was answered.
std::optional<std::string> find_own_domain(const Lookup& lookup) {
    utsname machine{};
    const std::string own = ::uname(&machine) == 0 ? machine.nodename : "";
    for (int place = 0; place < 4; ++place) {
        Found found;
        if (place == 0) found = find_host(lookup, "localhost", AF_INET);
        if (place == 1) found.canonical_name = own;
        if (place == 2) found = find_host(lookup, own, AF_INET);
        if (place == 3) found = find_name(lookup, make_host(AF_INET, "\x7f\0\0\1"));
        if (found.sys_errno == ECANCELED) return std::nullopt;
        if (auto domain = domain_in(found.canonical_name); !domain.empty()) return domain;
    }
    return std::string();
}

constinit std::mutex mutex;  // guards what is below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();

// And for which configuration. Made under the mutex, too. Never freed: loops of late threads may still ask.
std::pair<std::uint64_t, std::string>& known_domain() {
    static auto& known = *new std::pair<std::uint64_t, std::string>;  // 0: for none
    return known;
}

std::optional<std::string> own_domain(const Lookup& lookup) {
    {
        const std::lock_guard lock(mutex);
        if (known_domain().first == lookup.config.serial) return known_domain().second;
    }
    auto domain = find_own_domain(lookup);
    const std::lock_guard lock(mutex);
    if (domain) known_domain() = {lookup.config.serial, *domain};
    return domain;
}

// Takes this machine's own domain off the name (NI_NOFQDN). False: a cancellation was answered.
bool drop_own_domain(std::string& name, const Lookup& lookup) {
    const auto domain = own_domain(lookup);
    if (!domain) return false;
    const auto at = domain->empty() ? std::string::npos : name.find(*domain);
    if (at != std::string::npos && at > 0 && name[at - 1] == '.') name.resize(at - 1);
    return true;
}

void find_host_name(const Host& host, const NameRequest& request, kernel::OnCancel on_cancel,
                    NameResult& result) {
    if (request.flags & NI_NUMERICHOST) {
        count(Answered::by_number);
    } else {
        const auto config = name_config();
        const Lookup lookup{*config, on_cancel};
        Found found = find_name(lookup, host);
        if (found.found()) {
            if ((request.flags & NI_NOFQDN) && !drop_own_domain(found.canonical_name, lookup)) {
                result.eai = EAI_SYSTEM;
                result.sys_errno = ECANCELED;
                return;
            }
            result.host = std::move(found.canonical_name);
            if (request.flags & NI_IDN) result.host = from_dns_encoding(result.host);
            return;
        }
        result.sys_errno = found.sys_errno;
        if (found.h_errno_value == NETDB_INTERNAL) result.eai = EAI_SYSTEM;
        if (found.h_errno_value == TRY_AGAIN) result.eai = EAI_AGAIN;
        if (result.eai != 0) return;
    }
    result.eai = request.flags & NI_NAMEREQD ? EAI_NONAME : 0;
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
    const ResolverMode mode = resolver_mode();
    const bool names_host = request.host && !(request.flags & NI_NUMERICHOST);
    if (mode != ResolverMode::cares && names_host) return libc_reverse(request, mode, on_cancel);
    const sockaddr_storage address = copy_address(request);
    if (address.ss_family == AF_UNIX) return unix_name(request, address);
    const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
    if (request.host) find_host_name(*host_of(raw), request, on_cancel, result);
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
