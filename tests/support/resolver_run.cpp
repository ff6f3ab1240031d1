// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/resolver_run.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "support/kernel_run.hpp"

namespace test {
namespace {

using fibers::net::AddressResult;

std::string to_text(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN];
    if (address.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &address, sizeof v4);
        return ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text) +
               (':' + std::to_string(ntohs(v4.sin_port)));
    }
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    const std::string host = ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    const std::string scope = v6.sin6_scope_id ? '%' + std::to_string(v6.sin6_scope_id) : std::string();
    return '[' + host + scope + "]:" + std::to_string(ntohs(v6.sin6_port));
}

}  // namespace

AddressResult resolve(const fibers::net::AddressRequest& request) {
    AddressResult result;
    KernelRun loop;
    loop.spawn([&] { result = fibers::net::resolve(request); });
    loop.run();
    return result;
}

fibers::net::NameResult reverse(const fibers::net::NameRequest& request) {
    fibers::net::NameResult result;
    KernelRun loop;
    loop.spawn([&] { result = fibers::net::reverse(request); });
    loop.run();
    return result;
}

std::string to_text(const AddressResult& result) {
    if (result.eai != 0) return eai_name(result.eai);
    std::string text;
    for (const auto& address : result.addresses) {
        text += to_text(address.address) + '/' + std::to_string(address.socktype) + '/' +
                std::to_string(address.protocol) + ' ';
    }
    return text + result.canonical_name;
}

std::string glibc_resolve(const fibers::net::AddressRequest& request) {
    addrinfo hints{};
    hints.ai_flags = request.flags;
    hints.ai_family = request.family;
    hints.ai_socktype = request.socktype;
    hints.ai_protocol = request.protocol;
    addrinfo* list = nullptr;
    AddressResult result;
    result.eai = ::getaddrinfo(request.node, request.service, &hints, &list);
    if (result.eai != 0) return to_text(result);
    if (list->ai_canonname) result.canonical_name = list->ai_canonname;
    for (const addrinfo* i = list; i; i = i->ai_next) {
        auto& address = result.addresses.emplace_back();
        address = {{}, i->ai_addrlen, i->ai_socktype, i->ai_protocol};
        std::memcpy(&address.address, i->ai_addr, i->ai_addrlen);
    }
    ::freeaddrinfo(list);
    return to_text(result);
}

std::string eai_name(int eai) {
    switch (eai) {
        case 0:
            return "0";
        case EAI_ADDRFAMILY:
            return "EAI_ADDRFAMILY";
        case EAI_AGAIN:
            return "EAI_AGAIN";
        case EAI_BADFLAGS:
            return "EAI_BADFLAGS";
        case EAI_FAIL:
            return "EAI_FAIL";
        case EAI_FAMILY:
            return "EAI_FAMILY";
        case EAI_MEMORY:
            return "EAI_MEMORY";
        case EAI_NODATA:
            return "EAI_NODATA";
        case EAI_NONAME:
            return "EAI_NONAME";
        case EAI_SERVICE:
            return "EAI_SERVICE";
        case EAI_SOCKTYPE:
            return "EAI_SOCKTYPE";
        case EAI_SYSTEM:
            return "EAI_SYSTEM";
        default:
            return std::to_string(eai);
    }
}

sockaddr_storage socket_address(const std::string& host, std::uint16_t port) {
    sockaddr_storage address{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&address, &v4, sizeof v4);
    } else if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&address, &v6, sizeof v6);
    }
    return address;
}

}  // namespace test
