// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// getaddrinfo and getnameinfo by way of fibers/net/resolver: only the interfaces differ.
#include <netdb.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "fibers/net/resolver.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/dns_fiber.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {
namespace {

using fibers::kernel::OnCancel;
using fibers::net::Address;
using fibers::net::AddressResult;
using fibers::net::NameResult;

// One node, laid out as glibc does (a block with the address behind it), so that its freeaddrinfo frees it
// too.
addrinfo* make_node(const Address& address, int flags) noexcept {
    void* const memory = std::malloc(sizeof(addrinfo) + address.length);
    if (!memory) return nullptr;
    auto* const node = ::new (memory) addrinfo{};
    node->ai_flags = flags;
    node->ai_family = address.address.ss_family;
    node->ai_socktype = address.socktype;
    node->ai_protocol = address.protocol;
    node->ai_addrlen = address.length;
    node->ai_addr = reinterpret_cast<sockaddr*>(node + 1);
    std::memcpy(node->ai_addr, &address.address, address.length);
    return node;
}

int as_list(const AddressResult& result, int flags, addrinfo** answer) noexcept {
    addrinfo* first = nullptr;
    addrinfo** end = &first;
    bool complete = true;
    for (const Address& address : result.addresses) {
        *end = make_node(address, flags);
        if (!*end) {
            complete = false;
            break;
        }
        end = &(*end)->ai_next;
    }
    if (complete && first && (flags & AI_CANONNAME)) {
        first->ai_canonname = ::strdup(result.canonical_name.c_str());
        complete = first->ai_canonname != nullptr;
    }
    if (!complete) {
        if (first) libc::freeaddrinfo(first);
        return EAI_MEMORY;
    }
    *answer = first;
    return 0;
}

fibers::net::AddressRequest as_request(const char* node, const char* service,
                                       const addrinfo* hints) noexcept {
    fibers::net::AddressRequest request;
    request.node = node;
    request.service = service;
    request.flags = hints ? hints->ai_flags : AI_V4MAPPED | AI_ADDRCONFIG;
    request.family = hints ? hints->ai_family : AF_UNSPEC;
    request.socktype = hints ? hints->ai_socktype : 0;
    request.protocol = hints ? hints->ai_protocol : 0;
    return request;
}

// Copies a name into the caller's buffer, if it wants one.
bool fits(const std::string& name, char* buffer, socklen_t size) noexcept {
    if (!buffer || size == 0) return true;
    if (name.size() >= size) return false;
    std::memcpy(buffer, name.c_str(), name.size() + 1);
    return true;
}

}  // namespace

namespace calls {

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** answer) {
    if (!dns::ours()) return libc::getaddrinfo(node, service, hints, answer);
    const auto request = as_request(node, service, hints);
    try {
        const AddressResult result = fibers::net::resolve(request, OnCancel::answers);
        if (result.eai == 0) return as_list(result, request.flags, answer);
        if (result.eai == EAI_SYSTEM) errno = result.sys_errno;
        return result.eai;
    } catch (const std::exception&) {
        return EAI_MEMORY;
    }
}

void freeaddrinfo(addrinfo* answer) {
    libc::freeaddrinfo(answer);
}

int getnameinfo(const sockaddr* address, socklen_t length, char* host, socklen_t host_size, char* service,
                socklen_t service_size, int flags) {
    if (!dns::ours())
        return libc::getnameinfo(address, length, host, host_size, service, service_size, flags);
    fibers::net::NameRequest request;
    request.address = address;
    request.length = length;
    request.flags = flags;
    request.host = host && host_size > 0;
    request.service = service && service_size > 0;
    try {
        const NameResult result = fibers::net::reverse(request, OnCancel::answers);
        if (result.eai == EAI_SYSTEM) errno = result.sys_errno;
        if (result.eai != 0) return result.eai;
        const bool both = fits(result.host, host, host_size) && fits(result.service, service, service_size);
        return both ? 0 : EAI_OVERFLOW;
    } catch (const std::exception&) {
        return EAI_MEMORY;
    }
}

}  // namespace calls
}  // namespace netpatch
