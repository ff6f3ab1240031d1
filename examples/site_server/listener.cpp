// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace site_server {

namespace {

// What the signal handler writes to: a handler can reach nothing else.
volatile std::sig_atomic_t stop_fd = -1;

extern "C" void on_stop_signal(int) {
    const int saved = errno;
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(stop_fd, &byte, 1);
    errno = saved;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in make_address(const std::string& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    if (::inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) {
        errno = EINVAL;
        fail("not an IPv4 address: " + address);
    }
    return result;
}

// The visitor left between connecting and our accept, or we are short of something for the moment.
bool is_passing(int error) {
    return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EAGAIN;
}

bool is_short_of_something(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(const std::string& address, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (!socket_.valid()) fail("socket");
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in bound = make_address(address, port);
    socklen_t length = sizeof bound;
    auto* const generic = reinterpret_cast<sockaddr*>(&bound);
    if (::bind(socket_.get(), generic, length) != 0) fail("bind to " + address + ":" + std::to_string(port));
    if (::listen(socket_.get(), SOMAXCONN) != 0) fail("listen");
    if (::getsockname(socket_.get(), generic, &length) != 0) fail("getsockname");
    port_ = ntohs(bound.sin_port);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    stop_read_ = Descriptor(ends[0]);
    stop_write_ = Descriptor(ends[1]);
    stop_fd = ends[1];
    std::signal(SIGTERM, on_stop_signal);
    std::signal(SIGINT, on_stop_signal);
}

bool Listener::wait_for_visitor() {
    pollfd watched[2] = {{socket_.get(), POLLIN, 0}, {stop_read_.get(), POLLIN, 0}};
    while (::poll(watched, 2, -1) < 0) {
        if (errno != EINTR) fail("poll");
    }
    return watched[1].revents == 0;
}

std::optional<int> Listener::accept() {
    while (wait_for_visitor()) {
        const int fd = ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            // Head and body leave in one write; a last short segment must not wait for an acknowledgement.
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return fd;
        }
        if (is_short_of_something(errno)) {
            ::usleep(10'000);
        } else if (!is_passing(errno)) {
            fail("accept");
        }
    }
    return std::nullopt;
}

}  // namespace site_server
