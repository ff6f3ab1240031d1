// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_socket.hpp"

#include <ares.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "fibers/net/resolver_packet.hpp"

namespace fibers::net {
namespace {

ares_socket_t open_socket(int family, int type, int protocol, void*) {
    const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    const int on = 1;
    if (fd >= 0 && type == SOCK_STREAM) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

int close_socket(ares_socket_t fd, void*) {
    return ::close(fd);
}

int connect_socket(ares_socket_t fd, const sockaddr* address, ares_socklen_t length, void*) {
    return ::connect(fd, address, length);
}

ares_ssize_t receive(ares_socket_t fd, void* buffer, std::size_t size, int flags, sockaddr* address,
                     ares_socklen_t* length, void* listener) {
    const ssize_t n = ::recvfrom(fd, buffer, size, flags, address, length);
    if (n < static_cast<ssize_t>(dns::header_size) || !address) return n;  // by TCP it comes in pieces
    const auto* const packet = static_cast<const std::uint8_t*>(buffer);
    const int code = packet[3] & 0x0f;
    if (code == dns::server_failure || code == dns::not_implemented || code == dns::refused) {
        const auto id = static_cast<std::uint16_t>(packet[0] << 8 | packet[1]);
        static_cast<FailureListener*>(listener)->failed(id, code);
    }
    return n;
}

ares_ssize_t send_pieces(ares_socket_t fd, const iovec* pieces, int count, void*) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent >= 0 || errno != ECONNREFUSED) return sent;
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);  // the error was an earlier packet's; this one's is to come
}

}  // namespace

const ares_socket_functions& socket_functions() noexcept {
    static constexpr ares_socket_functions functions{&open_socket, &close_socket, &connect_socket, &receive,
                                                     &send_pieces};
    return functions;
}

}  // namespace fibers::net
