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
#include <span>

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

// Neither data nor the word of somebody who would have them.
bool knows_nothing(std::span<const std::uint8_t> answer) noexcept {
    constexpr std::uint8_t authoritative = 0x04;        // in the third byte
    constexpr std::uint8_t recursion_available = 0x80;  // in the fourth
    const auto empty = [&](std::size_t count_at) {
        return answer[count_at] == 0 && answer[count_at + 1] == 0;
    };
    return code_of(answer) == dns::no_error && empty(dns::answer_count_at) &&
           empty(dns::additional_count_at) && (answer[2] & authoritative) == 0 &&
           (answer[3] & recursion_available) == 0;
}

ares_ssize_t receive(ares_socket_t fd, void* buffer, std::size_t size, int flags, sockaddr* address,
                     ares_socklen_t* length, void* listener) {
    const ssize_t n = ::recvfrom(fd, buffer, size, flags, address, length);
    if (n < static_cast<ssize_t>(dns::header_size)) return n;
    const std::span answer(static_cast<std::uint8_t*>(buffer), static_cast<std::size_t>(n));
    const bool by_udp = address != nullptr;  // by TCP it comes in pieces; most are whole answers
    if (by_udp && knows_nothing(answer)) set_code(answer, dns::refused);
    if (by_udp && code_of(answer) == dns::format_error) set_code(answer, dns::unassigned);
    const int code = code_of(answer);
    if (code == dns::server_failure || code == dns::not_implemented || code == dns::refused) {
        static_cast<PacketListener*>(listener)->failed(answer);
    }
    if (by_udp && is_cut(answer)) static_cast<PacketListener*>(listener)->cut(answer, *address);
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
