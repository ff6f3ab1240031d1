// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolve.hpp"

#include <netinet/in.h>

#include <cstring>
#include <ostream>
#include <stdexcept>

#include "fibers/net/resolver.hpp"
#include "fibers/net/resolver_host.hpp"

namespace fibers {

SocketAddress::SocketAddress(const sockaddr* address, socklen_t length, int socktype, int protocol)
    : size_(length), socktype_(socktype), protocol_(protocol) {
    if (length > sizeof address_) throw std::invalid_argument("a socket address of too many bytes");
    std::memcpy(&address_, address, length);
}

int SocketAddress::port() const noexcept {
    if (family() != AF_INET && family() != AF_INET6) return 0;
    sockaddr_in v4;  // the port stands at the same place in both families
    std::memcpy(&v4, &address_, sizeof v4);
    return ntohs(v4.sin_port);
}

std::string SocketAddress::to_string() const {
    const auto host = net::host_of(data());
    if (!host) return "family " + std::to_string(family());
    const std::string text = net::to_text(*host);
    return (family() == AF_INET6 ? '[' + text + ']' : text) + ':' + std::to_string(port());
}

bool SocketAddress::operator==(const SocketAddress& other) const noexcept {
    return size_ == other.size_ && socktype_ == other.socktype_ && protocol_ == other.protocol_ &&
           std::memcmp(&address_, &other.address_, size_) == 0;
}

std::ostream& operator<<(std::ostream& out, const SocketAddress& address) {
    return out << address.to_string();
}

std::vector<SocketAddress> resolve(const std::string& host, const std::string& service,
                                   const ResolveHints& hints) {
    // What libc's functions would not see the whole of could be another name.
    if (host.find('\0') != std::string::npos || service.find('\0') != std::string::npos)
        throw ResolveError("a host or service with a null byte", EAI_NONAME);
    net::AddressRequest request;
    if (!host.empty()) request.node = host.c_str();
    request.service = service.c_str();  // an empty one is none, but asks for an address all the same
    request.flags = hints.flags;
    request.family = hints.family;
    request.socktype = hints.socktype;
    request.protocol = hints.protocol;
    const net::AddressResult result = net::resolve(request);
    if (result.eai == EAI_MEMORY) throw std::bad_alloc();
    if (result.eai != 0) {
        const int code = result.eai;
        const std::string why = code == EAI_SYSTEM ? std::strerror(result.sys_errno) : ::gai_strerror(code);
        throw ResolveError("'" + host + "': " + why, code);
    }
    std::vector<SocketAddress> addresses;
    addresses.reserve(result.addresses.size());
    for (const net::Address& each : result.addresses) {
        addresses.emplace_back(reinterpret_cast<const sockaddr*>(&each.address), each.length, each.socktype,
                               each.protocol);
    }
    return addresses;
}

}  // namespace fibers
