// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_numeric.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <cctype>
#include <charconv>

namespace fibers::net {
namespace {

HostList failure(int eai) {
    return {.eai = eai, .sys_errno = 0, .hosts = {}, .canonical_name = {}};
}

HostList success(const std::string& name, const Host& host) {
    return {.eai = 0, .sys_errno = 0, .hosts = {host}, .canonical_name = name};
}

// inet_aton() takes "1.2.3.4 and more"; names do not.
bool parse_v4(const std::string& name, in_addr& address) {
    for (const char c : name) {
        if (std::isspace(static_cast<unsigned char>(c))) return false;
    }
    return ::inet_aton(name.c_str(), &address) != 0;
}

// An interface's name, where the address has a scope at all, or a number. False: neither.
bool parse_scope(const std::string& text, Host& host) {
    if (host.is_link_local()) host.scope = ::if_nametoindex(text.c_str());
    if (host.scope != 0) return true;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, host.scope);
    return parsed.ec == std::errc{} && parsed.ptr == end;
}

HostList v4_hosts(const std::string& name, const Host& host, int family, int flags) {
    if (family != AF_INET6) return success(name, host);
    return flags & AI_V4MAPPED ? success(name, mapped_to_v6(host)) : failure(EAI_ADDRFAMILY);
}

HostList v6_hosts(const std::string& name, const Host& host, int family) {
    if (family != AF_INET) return success(name, host);
    return host.is_v4_mapped() ? success(name, mapped_to_v4(host)) : failure(EAI_ADDRFAMILY);
}

}  // namespace

std::optional<HostList> numeric_hosts(const std::string& name, int family, int flags) {
    in_addr v4{};
    if (parse_v4(name, v4)) return v4_hosts(name, make_host(AF_INET, &v4), family, flags);

    const auto percent = name.find('%');
    in6_addr v6{};
    if (::inet_pton(AF_INET6, name.substr(0, percent).c_str(), &v6) != 1) return std::nullopt;
    Host host = make_host(AF_INET6, &v6);
    HostList found = v6_hosts(name, host, family);
    if (found.eai != 0 || percent == std::string::npos) return found;
    if (!parse_scope(name.substr(percent + 1), host)) return failure(EAI_NONAME);
    found.hosts.front().scope = host.scope;
    return found;
}

HostList nameless_hosts(int family, int flags) {
    const bool any = (flags & AI_PASSIVE) != 0;
    const in_addr v4{any ? INADDR_ANY : htonl(INADDR_LOOPBACK)};
    HostList found;
    if (family != AF_INET) found.hosts.push_back(make_host(AF_INET6, any ? &in6addr_any : &in6addr_loopback));
    if (family != AF_INET6) found.hosts.push_back(make_host(AF_INET, &v4));
    return found;
}

}  // namespace fibers::net
