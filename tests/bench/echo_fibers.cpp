// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// An echo server in plain blocking calls, a fiber for each connection. Prints its port.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

bool write_all(int fd, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);
        if (written < 0) return false;
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

void echo(int fd) {
    std::array<char, 512> buffer;
    for (;;) {
        const ssize_t got = read(fd, buffer.data(), buffer.size());
        if (got <= 0 || !write_all(fd, buffer.data(), static_cast<std::size_t>(got))) break;
    }
    close(fd);
}

int listen_on_any_port() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener < 0 || bind(listener, generic, size) < 0 || listen(listener, 4096) < 0) {
        std::perror("listen");
        std::exit(1);
    }
    getsockname(listener, generic, &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

void serve() {
    const int listener = listen_on_any_port();
    for (;;) {
        const int fd = accept(listener, nullptr, nullptr);
        if (fd < 0) {
            std::perror("accept");
            std::exit(1);
        }
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fibers::create_task(echo, fd);
    }
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    netpatch::patch_all();
    fibers::run(serve);
}
