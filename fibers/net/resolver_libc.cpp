// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_libc.hpp"

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "fibers/net/resolver_pool.hpp"

namespace fibers::net {
namespace {

constexpr std::size_t name_size = NI_MAXHOST;

// An AddressRequest that owns its strings: an abandoned lookup outlives its asker.
struct OwnedRequest {
    explicit OwnedRequest(const AddressRequest& request) : shape(request) {
        if (request.node) node = request.node;
        if (request.service) service = request.service;
    }
    AddressRequest shape;  // without the strings
    std::optional<std::string> node;
    std::optional<std::string> service;
};

void read_list(const addrinfo* list, AddressResult& result) {
    if (list->ai_canonname) result.canonical_name = list->ai_canonname;
    for (const addrinfo* i = list; i; i = i->ai_next) {
        Address& address = result.addresses.emplace_back();
        address = {{}, i->ai_addrlen, i->ai_socktype, i->ai_protocol};
        std::memcpy(&address.address, i->ai_addr, i->ai_addrlen);
    }
}

void ask(const OwnedRequest& request, AddressResult& result) {
    addrinfo hints{};
    hints.ai_flags = request.shape.flags;
    hints.ai_family = request.shape.family;
    hints.ai_socktype = request.shape.socktype;
    hints.ai_protocol = request.shape.protocol;
    addrinfo* list = nullptr;
    result.eai = ::getaddrinfo(request.node ? request.node->c_str() : nullptr,
                               request.service ? request.service->c_str() : nullptr, &hints, &list);
    if (result.eai == EAI_SYSTEM) result.sys_errno = errno;
    if (result.eai != 0) return;
    read_list(list, result);
    ::freeaddrinfo(list);
}

Found as_found(const hostent& entry) {
    Found found;
    found.status = NssStatus::success;
    found.canonical_name = entry.h_name;
    for (char** i = entry.h_addr_list; *i; ++i) found.hosts.push_back(make_host(entry.h_addrtype, *i));
    for (char** i = entry.h_aliases; *i; ++i) found.aliases.emplace_back(*i);
    return found;
}

// Calls gethostbyname2_r or gethostbyaddr_r with as much room as it needs.
template <class Call>
void ask_host(Call&& call, Found& found) {
    std::string room(1024, '\0');
    while (true) {
        hostent entry{};
        hostent* result = nullptr;
        int h_error = 0;
        const int error = call(&entry, room.data(), room.size(), &result, &h_error);
        if (error == ERANGE && h_error == NETDB_INTERNAL) {
            room.resize(2 * room.size());
            continue;
        }
        if (result) {
            found = as_found(entry);
            return;
        }
        found.status = error == 0 ? NssStatus::notfound : NssStatus::unavail;
        found.h_errno_value = h_error;
        found.sys_errno = error;
        return;
    }
}

template <class Call>
Found find_by(Call call, ResolverMode mode, kernel::OnCancel on_cancel) {
    auto shared = std::make_shared<Found>();
    if (run_in_libc([shared, call] { ask_host(call, *shared); }, mode, on_cancel)) return std::move(*shared);
    Found cancelled;
    cancelled.h_errno_value = NETDB_INTERNAL;
    cancelled.sys_errno = ECANCELED;
    return cancelled;
}

}  // namespace

AddressResult libc_resolve(const AddressRequest& request, ResolverMode mode, kernel::OnCancel on_cancel) {
    auto shared = std::make_shared<AddressResult>();
    const auto work = [shared, owned = OwnedRequest(request)] { ask(owned, *shared); };
    if (run_in_libc(work, mode, on_cancel)) return std::move(*shared);
    AddressResult cancelled;
    cancelled.eai = EAI_SYSTEM;
    cancelled.sys_errno = ECANCELED;
    return cancelled;
}

NameResult libc_reverse(const NameRequest& request, ResolverMode mode, kernel::OnCancel on_cancel) {
    auto shared = std::make_shared<NameResult>();
    sockaddr_storage address{};
    if (request.address) {
        std::memcpy(&address, request.address, std::min<std::size_t>(request.length, sizeof address));
    }
    const auto work = [shared, request, address] {
        char host[name_size] = "";
        char service[name_size] = "";
        const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
        shared->eai =
            ::getnameinfo(request.address ? raw : nullptr, request.length, request.host ? host : nullptr,
                          request.host ? name_size : 0, request.service ? service : nullptr,
                          request.service ? name_size : 0, request.flags);
        if (shared->eai == EAI_SYSTEM) shared->sys_errno = errno;
        shared->host = host;
        shared->service = service;
    };
    if (run_in_libc(work, mode, on_cancel)) return std::move(*shared);
    NameResult cancelled;
    cancelled.eai = EAI_SYSTEM;
    cancelled.sys_errno = ECANCELED;
    return cancelled;
}

Found libc_host(const std::string& name, int family, ResolverMode mode, kernel::OnCancel on_cancel) {
    const auto call = [name, family](hostent* entry, char* room, std::size_t size, hostent** result,
                                     int* h_error) {
        return ::gethostbyname2_r(name.c_str(), family, entry, room, size, result, h_error);
    };
    return find_by(call, mode, on_cancel);
}

Found libc_host(const Host& host, ResolverMode mode, kernel::OnCancel on_cancel) {
    const auto call = [host](hostent* entry, char* room, std::size_t size, hostent** result, int* h_error) {
        const socklen_t length = host.family == AF_INET ? 4 : 16;
        return ::gethostbyaddr_r(host.bytes.data(), length, host.family, entry, room, size, result, h_error);
    };
    return find_by(call, mode, on_cancel);
}

bool on_libc_thread() noexcept {
    return on_pool_thread();
}

}  // namespace fibers::net
