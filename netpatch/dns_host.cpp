// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// gethostbyname, gethostbyname2, gethostbyaddr, their _r forms, and h_errno.
#include <netdb.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "fibers/net/resolver_libc.hpp"
#include "fibers/net/resolver_source.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/dns_fiber.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {
namespace dns {

FiberResults* results() noexcept {
    try {
        return &policy::this_fiber->parts.get<FiberResults>();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void set_h_errno(int value) noexcept {
    *libc::__h_errno_location() = value;
    if (FiberResults* const mine = results()) mine->h_error = value;
}

bool ours() noexcept {
    if (policy::cooperates(Group::dns)) return true;
    if (!policy::this_fiber && !fibers::net::on_libc_thread())
        policy::foreign_lookups.fetch_add(1, std::memory_order_relaxed);
    return false;
}

}  // namespace dns

namespace {

using fibers::kernel::OnCancel;
using fibers::net::Found;
using fibers::net::Host;
using fibers::net::NssStatus;

// Cuts a caller's buffer into pieces.
class Room {
public:
    Room(char* begin, std::size_t size) noexcept : at_(begin), left_(size) {}

    // Null once it is used up, then and ever after.
    void* take(std::size_t size, std::size_t alignment) noexcept {
        const std::size_t padding = -reinterpret_cast<std::uintptr_t>(at_) & (alignment - 1);
        if (full_ || size + padding > left_) {
            full_ = true;
            return nullptr;
        }
        void* const piece = at_ + padding;
        at_ += padding + size;
        left_ -= padding + size;
        return piece;
    }
    char* text(const std::string& value) noexcept {
        void* const piece = take(value.size() + 1, 1);
        if (piece) std::memcpy(piece, value.c_str(), value.size() + 1);
        return static_cast<char*>(piece);
    }
    // A list of so many pointers and a null behind them.
    char** list(std::size_t size) noexcept {
        void* const piece = take((size + 1) * sizeof(char*), alignof(char*));
        if (piece) std::memset(piece, 0, (size + 1) * sizeof(char*));
        return static_cast<char**>(piece);
    }
    bool full() const noexcept { return full_; }

private:
    char* at_;
    std::size_t left_;
    bool full_ = false;
};

// Lays the answer out in the caller's buffer. False: it does not fit.
bool lay_out(const Found& found, hostent& entry, char* buffer, std::size_t size) noexcept {
    Room room(buffer, size);
    entry.h_addr_list = room.list(found.hosts.size());
    entry.h_aliases = room.list(found.aliases.size());
    if (room.full()) return false;
    entry.h_addrtype = found.hosts.front().family;
    entry.h_length = entry.h_addrtype == AF_INET ? 4 : 16;
    for (std::size_t i = 0; i < found.hosts.size(); ++i) {
        const auto length = static_cast<std::size_t>(entry.h_length);
        void* const piece = room.take(length, alignof(std::uint32_t));
        if (piece) std::memcpy(piece, found.hosts[i].bytes.data(), length);
        entry.h_addr_list[i] = static_cast<char*>(piece);
    }
    for (std::size_t i = 0; i < found.aliases.size(); ++i) entry.h_aliases[i] = room.text(found.aliases[i]);
    entry.h_name = room.text(found.canonical_name);
    return !room.full();
}

// What a caller of an _r function passes in for the answer.
struct Answer {
    hostent* entry;
    char* buffer;
    std::size_t size;
    hostent** result;
    int* error;
};

int fail(const Answer& answer, int h_error, int error) noexcept {
    *answer.error = h_error;
    if (error != 0) errno = error;
    return error;
}

// Looks up and answers as the _r functions do: 0 also for a name that does not exist, without a result.
template <class Look>
int give(const Answer& answer, Look&& look) noexcept {
    *answer.result = nullptr;
    try {
        const Found found = look();
        if (found.found() && !found.hosts.empty()) {
            if (!lay_out(found, *answer.entry, answer.buffer, answer.size))
                return fail(answer, NETDB_INTERNAL, ERANGE);
            *answer.result = answer.entry;
            return fail(answer, NETDB_SUCCESS, 0);
        }
        if (found.h_errno_value == NETDB_INTERNAL) return fail(answer, NETDB_INTERNAL, found.sys_errno);
        const int error = found.sys_errno != 0 ? found.sys_errno : EAGAIN;
        return fail(answer, found.h_errno_value, found.status == NssStatus::notfound ? 0 : error);
    } catch (const std::exception&) {
        return fail(answer, NETDB_INTERNAL, ENOMEM);
    }
}

// The forms without _r: the fiber's own result, in a buffer that grows.
template <class Call>
hostent* give_static(Call&& call) noexcept {
    dns::FiberResults* const mine = dns::results();
    if (!mine) {
        errno = ENOMEM;
        dns::set_h_errno(NETDB_INTERNAL);
        return nullptr;
    }
    try {
        if (mine->buffer.empty()) mine->buffer.resize(1024);
        while (true) {
            hostent* result = nullptr;
            int h_error = 0;
            const int error =
                call({&mine->entry, mine->buffer.data(), mine->buffer.size(), &result, &h_error});
            if (error == ERANGE && h_error == NETDB_INTERNAL) {
                mine->buffer.resize(2 * mine->buffer.size());
                continue;
            }
            if (h_error != 0) dns::set_h_errno(h_error);
            return result;
        }
    } catch (const std::exception&) {
        errno = ENOMEM;
        dns::set_h_errno(NETDB_INTERNAL);
        return nullptr;
    }
}

int by_name(const char* name, int family, const Answer& answer) noexcept {
    return give(answer, [&] { return fibers::net::host_by_name(name, family, OnCancel::answers); });
}

bool is_address(socklen_t length, int family) noexcept {
    return (family == AF_INET && length == 4) || (family == AF_INET6 && length == 16);
}

int by_address(const void* address, int family, const Answer& answer) noexcept {
    const Host host = fibers::net::make_host(family, address);
    if (host == fibers::net::make_host(AF_INET6, &in6addr_any)) {
        *answer.result = nullptr;
        return fail(answer, HOST_NOT_FOUND, ENOENT);  // glibc's word for it
    }
    return give(answer, [&] {
        Found found = fibers::net::host_by_address(host, OnCancel::answers);
        if (found.found() && found.hosts.empty()) found.hosts = {host};
        return found;
    });
}

bool is_internet(int family) noexcept {
    return family == AF_INET || family == AF_INET6;
}

}  // namespace

namespace calls {

hostent* gethostbyname(const char* name) {
    if (!dns::ours()) return libc::gethostbyname(name);
    return give_static([&](const Answer& answer) { return by_name(name, AF_INET, answer); });
}

hostent* gethostbyname2(const char* name, int family) {
    if (!is_internet(family) || !dns::ours()) return libc::gethostbyname2(name, family);
    return give_static([&](const Answer& answer) { return by_name(name, family, answer); });
}

hostent* gethostbyaddr(const void* address, socklen_t length, int family) {
    if (!is_address(length, family) || !dns::ours()) return libc::gethostbyaddr(address, length, family);
    return give_static([&](const Answer& answer) { return by_address(address, family, answer); });
}

int gethostbyname_r(const char* name, hostent* entry, char* buffer, size_t size, hostent** result,
                    int* error) {
    if (!dns::ours()) return libc::gethostbyname_r(name, entry, buffer, size, result, error);
    return by_name(name, AF_INET, {entry, buffer, size, result, error});
}

int gethostbyname2_r(const char* name, int family, hostent* entry, char* buffer, size_t size,
                     hostent** result, int* error) {
    if (!is_internet(family) || !dns::ours())
        return libc::gethostbyname2_r(name, family, entry, buffer, size, result, error);
    return by_name(name, family, {entry, buffer, size, result, error});
}

int gethostbyaddr_r(const void* address, socklen_t length, int family, hostent* entry, char* buffer,
                    size_t size, hostent** result, int* error) {
    if (!is_address(length, family) || !dns::ours())
        return libc::gethostbyaddr_r(address, length, family, entry, buffer, size, result, error);
    return by_address(address, family, {entry, buffer, size, result, error});
}

int* __h_errno_location() {
    dns::FiberResults* const mine = dns::results();
    return mine ? &mine->h_error : libc::__h_errno_location();
}

}  // namespace calls
}  // namespace netpatch
