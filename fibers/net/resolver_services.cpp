// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_services.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

namespace fibers::net {
namespace {

// A kind of socket that getaddrinfo knows.
struct Kind {
    int socktype;      // SOCK_*
    int protocol;      // IPPROTO_*; 0 for raw sockets: whatever is asked for
    const char* name;  // of the protocol in /etc/services; null: it has no services
    bool by_default;   // given to who asks for no kind
};

// In the order of the answers.
constexpr Kind kinds[] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp", true},
    {SOCK_DGRAM, IPPROTO_UDP, "udp", true},
    {SOCK_DCCP, IPPROTO_DCCP, "dccp", false},
    {SOCK_DGRAM, IPPROTO_UDPLITE, "udplite", false},
    {SOCK_STREAM, IPPROTO_SCTP, "sctp", false},
    {SOCK_SEQPACKET, IPPROTO_SCTP, "sctp", false},
    {SOCK_RAW, 0, nullptr, true},
};

bool fits(const Kind& kind, const AddressRequest& request) {
    if (request.socktype != 0 && request.socktype != kind.socktype) return false;
    return request.protocol == 0 || kind.protocol == 0 || request.protocol == kind.protocol;
}

// The number that `text` is, as strtoul and int make it; nothing for a name. "-1" and its like are names.
std::optional<int> number(const char* text) {
    char* end = nullptr;
    const int value = static_cast<int>(std::strtoul(text, &end, 10));
    if (*end != '\0' || value < 0) return std::nullopt;
    return value;
}

bool is_given(const char* service) {
    return service && *service;
}

// Asks getservbyname_r or getservbyport_r with as much room as it needs.
template <class Call>
std::optional<servent> service_entry(std::string& room, Call&& call) {
    room.resize(1024);
    while (true) {
        servent entry{};
        servent* found = nullptr;
        const int error = call(&entry, room.data(), room.size(), &found);
        if (error == 0 && found) return entry;
        if (error != ERANGE) return std::nullopt;
        room.resize(2 * room.size());
    }
}

std::optional<std::uint16_t> named_port(const char* service, const Kind& kind) {
    std::string room;
    const auto entry = service_entry(room, [&](servent* e, char* buffer, std::size_t size, servent** found) {
        return ::getservbyname_r(service, kind.name, e, buffer, size, found);
    });
    if (!entry) return std::nullopt;
    return static_cast<std::uint16_t>(entry->s_port);
}

// Every default kind, or the first that fits.
ServiceList at_port(const AddressRequest& request, std::uint16_t port) {
    ServiceList list;
    const bool any = request.socktype == 0 && request.protocol == 0;
    for (const Kind& kind : kinds) {
        if (any ? !kind.by_default : !fits(kind, request)) continue;
        list.services.push_back({kind.socktype, kind.protocol ? kind.protocol : request.protocol, port});
        if (!any) break;
    }
    return list;
}

// With a kind asked for: the first that fits; else every kind that offers the service.
ServiceList by_name(const AddressRequest& request) {
    ServiceList list;
    const bool any = request.socktype == 0 && request.protocol == 0;
    for (const Kind& kind : kinds) {
        if (!kind.name || !fits(kind, request)) continue;
        if (const auto port = named_port(request.service, kind)) {
            list.services.push_back({kind.socktype, kind.protocol, *port});
        }
        if (!any) break;
    }
    if (list.services.empty()) list.eai = EAI_SERVICE;
    return list;
}

// What is wrong with the kind asked for, or 0.
int check_kind(const AddressRequest& request) {
    for (const Kind& kind : kinds) {
        if (!fits(kind, request)) continue;
        const bool asked = request.socktype != 0 || request.protocol != 0;
        return asked && !kind.name && is_given(request.service) ? EAI_SERVICE : 0;
    }
    return request.socktype != 0 ? EAI_SOCKTYPE : EAI_SERVICE;
}

}  // namespace

ServiceList find_services(const AddressRequest& request) {
    if (const int eai = check_kind(request)) return {eai, {}};
    if (!is_given(request.service)) return at_port(request, 0);
    if (const auto port = number(request.service))
        return at_port(request, htons(static_cast<std::uint16_t>(*port)));
    return by_name(request);
}

bool service_form_allowed(const AddressRequest& request) {
    if (!is_given(request.service) || !(request.flags & AI_NUMERICSERV)) return true;
    char* end = nullptr;
    (void)std::strtoul(request.service, &end, 10);
    return *end == '\0';
}

std::string service_name(std::uint16_t port, int flags) {
    if (!(flags & NI_NUMERICSERV)) {
        std::string room;
        const char* const protocol = flags & NI_DGRAM ? "udp" : "tcp";
        const auto entry =
            service_entry(room, [&](servent* e, char* buffer, std::size_t size, servent** found) {
                return ::getservbyport_r(port, protocol, e, buffer, size, found);
            });
        if (entry) return entry->s_name;
    }
    return std::to_string(ntohs(port));
}

}  // namespace fibers::net
