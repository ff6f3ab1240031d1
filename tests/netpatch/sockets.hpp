// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

#include "netpatch/differential.hpp"

namespace test {

struct Pair {
    int near;  // the end that is tested
    int far;   // its peer
};

inline sockaddr_in loopback(std::uint16_t port = 0) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline sockaddr_in address_of(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return address;
}

inline int connect_to(int fd, const sockaddr_in& address) {
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

inline int bind_to(int fd, const sockaddr_in& address) {
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

inline int tcp_listener(Descriptors& descriptors, int backlog = 16) {
    const int listener = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(bind_to(listener, loopback()) == 0);
    REQUIRE(::listen(listener, backlog) == 0);
    return listener;
}

// The near end is seen made, so that the short-read hint holds for it.
inline Pair tcp_pair(Descriptors& descriptors) {
    netpatch::patch_all();
    const int listener = tcp_listener(descriptors);
    const int near = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(connect_to(near, address_of(listener)) == 0);
    const int far = descriptors.add(::accept(listener, nullptr, nullptr));
    const int on = 1;
    REQUIRE(::setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    return {near, far};
}

inline Pair unix_pair(Descriptors& descriptors, int type = SOCK_STREAM) {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, type, 0, pair.data()) == 0);
    return {descriptors.add(pair[0]), descriptors.add(pair[1])};
}

inline Pair udp_pair(Descriptors& descriptors) {
    const Pair pair{descriptors.add(::socket(AF_INET, SOCK_DGRAM, 0)),
                    descriptors.add(::socket(AF_INET, SOCK_DGRAM, 0))};
    REQUIRE(bind_to(pair.near, loopback()) == 0);
    REQUIRE(bind_to(pair.far, loopback()) == 0);
    REQUIRE(connect_to(pair.near, address_of(pair.far)) == 0);
    REQUIRE(connect_to(pair.far, address_of(pair.near)) == 0);
    return pair;
}

inline void set_time_limit(int fd, int option, long milliseconds) {
    const timeval limit{milliseconds / 1000, milliseconds % 1000 * 1000};
    REQUIRE(::setsockopt(fd, SOL_SOCKET, option, &limit, sizeof limit) == 0);
}

inline void set_option(int fd, int option, int value) {
    REQUIRE(::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) == 0);
}

// The next close of `fd` resets its peer's connection.
inline void reset_on_close(int fd) {
    const linger at_once{1, 0};
    REQUIRE(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
}

}  // namespace test
