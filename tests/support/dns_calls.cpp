// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/dns_calls.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

#include "support/resolver_run.hpp"

namespace test {
namespace {

std::string numeric(int family, const void* address) {
    char text[INET6_ADDRSTRLEN];
    return ::inet_ntop(family, address, text, sizeof text) ? text : "?";
}

std::string ask_addresses(const Query& query) {
    addrinfo hints{};
    hints.ai_family = query.family;
    hints.ai_flags = query.flags;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int eai = ::getaddrinfo(query.name.c_str(), "80", &hints, &list);
    if (eai != 0) return eai_name(eai);
    std::string text = list->ai_canonname ? '(' + std::string(list->ai_canonname) + ')' : "";
    for (const addrinfo* i = list; i; i = i->ai_next) {
        char host[NI_MAXHOST];
        char port[NI_MAXSERV];
        ::getnameinfo(i->ai_addr, i->ai_addrlen, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV);
        text += ' ' + std::string(host) + '#' + port + '/' + std::to_string(i->ai_socktype) + '/' +
                std::to_string(i->ai_protocol) + '/' + std::to_string(i->ai_flags);
    }
    ::freeaddrinfo(list);
    return text;
}

std::string entry_text(int error, const hostent* entry, int h_error) {
    if (!entry) return "error " + std::to_string(error) + " h_errno " + std::to_string(h_error);
    std::string text = entry->h_name;
    for (char** i = entry->h_aliases; *i; ++i) text += " alias " + std::string(*i);
    for (char** i = entry->h_addr_list; *i; ++i) text += ' ' + numeric(entry->h_addrtype, *i);
    return text;
}

std::string ask_host(const Query& query) {
    std::vector<char> room(65536);
    hostent entry{};
    hostent* result = nullptr;
    int h_error = -77;
    const int error = ::gethostbyname2_r(query.name.c_str(), query.family, &entry, room.data(), room.size(),
                                         &result, &h_error);
    std::string text = entry_text(error, result, h_error);
    h_errno = -77;
    const hostent* const fixed = ::gethostbyname2(query.name.c_str(), query.family);
    const int left = h_errno;
    return text + " | " + entry_text(0, fixed, left);  // after a success h_errno says nothing
}

std::string ask_by_address(const Query& query) {
    const sockaddr_storage whole = socket_address(query.name, 0);
    const bool v4 = whole.ss_family == AF_INET;
    const char* const bytes = reinterpret_cast<const char*>(&whole) +
                              (v4 ? offsetof(sockaddr_in, sin_addr) : offsetof(sockaddr_in6, sin6_addr));
    std::vector<char> room(65536);
    hostent entry{};
    hostent* result = nullptr;
    int h_error = HOST_NOT_FOUND;  // for "::" libc does not set it
    const int error = ::gethostbyaddr_r(bytes, v4 ? 4 : 16, whole.ss_family, &entry, room.data(), room.size(),
                                        &result, &h_error);
    return entry_text(error, result, h_error);
}

std::string ask_name(const Query& query) {
    const sockaddr_storage whole = socket_address(query.name, 53);
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    const socklen_t length = whole.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    const int eai = ::getnameinfo(reinterpret_cast<const sockaddr*>(&whole), length, host, sizeof host,
                                  service, sizeof service, query.flags);
    return eai != 0 ? eai_name(eai) : std::string(host) + ' ' + service;
}

// Length, code and records; the number that a question carries is anybody's.
std::string ask_records(const Query& query) {
    std::vector<unsigned char> room(65536);
    h_errno = 0;
    const int length =
        ::res_search(query.name.c_str(), 1, query.type, room.data(), static_cast<int>(room.size()));
    const int left = h_errno;
    if (length < 0) return "h_errno " + std::to_string(left);
    std::string text = std::to_string(length) + ' ';
    constexpr char digits[] = "0123456789abcdef";
    for (int i = 2; i < length; ++i) {
        text += digits[room[static_cast<std::size_t>(i)] >> 4];
        text += digits[room[static_cast<std::size_t>(i)] & 0x0f];
    }
    return text;
}

}  // namespace

std::string ask(const Query& query) {
    switch (query.call) {
        case Call::address:
            return ask_addresses(query);
        case Call::host:
            return ask_host(query);
        case Call::by_address:
            return ask_by_address(query);
        case Call::name:
            return ask_name(query);
        case Call::record:
            return ask_records(query);
    }
    return {};
}

std::string to_text(const Query& query) {
    constexpr const char* calls[] = {"getaddrinfo", "gethostbyname2", "gethostbyaddr", "getnameinfo",
                                     "res_search"};
    return std::string(calls[static_cast<int>(query.call)]) + " '" + query.name + "' family " +
           std::to_string(query.family) + " flags " + std::to_string(query.flags) + " type " +
           std::to_string(query.type);
}

std::vector<std::string> mixed_names() {
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i) names.push_back("mixed" + std::to_string(i));
    return names;
}

std::string mixed_hosts() {
    constexpr const char* addresses[] = {
        "10.9.0.9",      "10.9.0.200",   "10.1.9.9",     "10.200.1.1",  "127.0.0.5",     "169.254.3.3",
        "192.0.2.1",     "8.8.8.8",      "224.0.0.5",    "0.0.0.0",     "2001:db8:9::9", "2001:db8:1::9",
        "2001:db8:f::1", "2a00::1",      "2002:a00::1",  "2001:0:1::9", "fec0::9",       "fd00::1",
        "fd11::1",       "fe80::1",      "::1",          "::",          "::1.2.3.4",     "ff0e::1",
        "64:ff9b::1",    "10.1.255.255", "2001:db8:9::f"};
    std::string lines = "127.0.0.1 localhost\n::1 localhost\n";
    std::mt19937 random(42);
    for (const std::string& name : mixed_names()) {
        for (auto count = 3 + random() % 7; count > 0; --count)
            lines += std::string(addresses[random() % std::size(addresses)]) + ' ' + name + '\n';
    }
    return lines;
}

}  // namespace test
