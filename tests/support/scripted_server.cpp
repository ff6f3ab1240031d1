// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "support/dns_packet.hpp"

namespace test {
namespace {

sockaddr_in name_of(int fd) {
    sockaddr_in mine{};
    socklen_t length = sizeof mine;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&mine), &length);
    return mine;
}

bool bind_to(int fd, const sockaddr_in& there) {
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

// A UDP socket and a TCP socket with the same port.
std::pair<int, int> bound_sockets(const std::string& host, std::uint16_t port) {
    while (true) {
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(port);
        ::inet_pton(AF_INET, host.c_str(), &there.sin_addr);
        const int tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const bool both = bind_to(tcp, there) && bind_to(udp, name_of(tcp));
        if (both || port != 0) return {udp, tcp};
        ::close(tcp);  // somebody has that port by UDP
        ::close(udp);
    }
}

bool read_all(int fd, char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t n = ::read(fd, data, size);
        if (n <= 0) return false;
        data += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

std::string framed(const std::string& packet) {
    std::string whole;
    put16(whole, static_cast<unsigned>(packet.size()));
    return whole + packet;
}

ScriptedServer::ScriptedServer(Script script, const std::string& host, std::uint16_t port, bool with_tcp)
    : script_(std::move(script)), stop_fd_(::eventfd(0, EFD_CLOEXEC)) {
    std::tie(udp_, tcp_) = bound_sockets(host, port);
    if (with_tcp) ::listen(tcp_, 100);
    thread_ = std::thread([this, with_tcp] { serve(with_tcp); });
}

ScriptedServer::~ScriptedServer() {
    ::eventfd_write(stop_fd_, 1);
    thread_.join();
    for (const int fd : connections_) ::shutdown(fd, SHUT_RDWR);
    for (std::thread& thread : connection_threads_) thread.join();
    for (const int fd : connections_) ::close(fd);
    for (const int fd : {udp_, tcp_, stop_fd_}) ::close(fd);
}

std::string ScriptedServer::address() const {
    const sockaddr_in mine = name_of(udp_);
    char host[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &mine.sin_addr, host, sizeof host);
    return std::string(host) + ':' + std::to_string(ntohs(mine.sin_port));
}

void ScriptedServer::serve(bool with_tcp) {
    while (true) {
        pollfd ready[] = {{udp_, POLLIN, 0}, {with_tcp ? tcp_ : -1, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
        ::poll(ready, 3, -1);
        if (ready[2].revents) return;
        if (ready[0].revents) answer_datagram();
        if (!ready[1].revents) continue;
        const int fd = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
        connections_.push_back(fd);
        connection_threads_.emplace_back([this, fd] { serve_connection(fd); });
    }
}

void ScriptedServer::answer_datagram() {
    Incoming question{std::string(4096, '\0'), By::udp, {}};
    socklen_t length = sizeof question.asker;
    auto* const asker = reinterpret_cast<sockaddr*>(&question.asker);
    const ssize_t n = ::recvfrom(udp_, question.packet.data(), question.packet.size(), 0, asker, &length);
    if (n < 0) return;
    ++by_udp_;
    question.packet.resize(static_cast<std::size_t>(n));
    for (const std::string& piece : script_(question)) {
        ::sendto(udp_, piece.data(), piece.size(), 0, asker, length);
    }
}

void ScriptedServer::serve_connection(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::string length(2, '\0');
    while (read_all(fd, length.data(), length.size())) {
        Incoming question{std::string(get16(length, 0), '\0'), By::tcp, {}};
        if (!read_all(fd, question.packet.data(), question.packet.size())) return;
        ++by_tcp_;
        for (const std::string& piece : script_(question)) {
            if (piece.empty()) ::shutdown(fd, SHUT_RDWR);
            ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL);
            ::usleep(100);  // a segment each
        }
    }
}

}  // namespace test
