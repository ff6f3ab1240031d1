// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the patched calls are measured against: an echo server as a loop over epoll, written by hand. One
// thread, each connection registered once and edge-triggered; a short read means the socket is drained.
// Prints its port.
#define _GNU_SOURCE  // accept4
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { buffer_size = 4096, events_at_once = 1024 };

struct connection {
    int fd;
    size_t begin, end;  // what a full send buffer kept us from answering
    char buffer[buffer_size];
};

static void fail(const char* what) {
    perror(what);
    exit(1);
}

static void register_once(int epoll, int fd, void* owner) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = owner};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void accept_all(int epoll, int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN) return;
            if (errno == ECONNABORTED || errno == EINTR) continue;
            fail("accept4");
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection* connection = malloc(sizeof *connection);
        if (!connection) fail("malloc");
        connection->fd = fd;
        connection->begin = connection->end = 0;
        register_once(epoll, fd, connection);
    }
}

enum progress { drained, stuck, closed };

static enum progress flush(struct connection* connection) {
    while (connection->begin < connection->end) {
        ssize_t sent = write(connection->fd, connection->buffer + connection->begin,
                             connection->end - connection->begin);
        if (sent < 0) return errno == EAGAIN ? stuck : closed;
        connection->begin += (size_t)sent;
    }
    return drained;
}

static enum progress echo(struct connection* connection, int peer_closed) {
    for (;;) {
        enum progress progress = flush(connection);
        if (progress != drained) return progress;
        ssize_t got = read(connection->fd, connection->buffer, buffer_size);
        if (got < 0) return errno == EAGAIN ? drained : closed;
        if (got == 0) return closed;
        connection->begin = 0;
        connection->end = (size_t)got;
        // The end of the stream gives no edge of its own if it came with the data: then read on until it
        // shows.
        if (got < buffer_size && !peer_closed) return flush(connection);
    }
}

static int listen_on_any_port(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) < 0 || listen(listener, 4096) < 0)
        fail("listen");
    getsockname(listener, (struct sockaddr*)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    int listener = listen_on_any_port();
    register_once(epoll, listener, NULL);

    static struct epoll_event events[events_at_once];
    for (;;) {
        int count = epoll_wait(epoll, events, events_at_once, -1);
        for (int i = 0; i < count; ++i) {
            struct connection* connection = events[i].data.ptr;
            if (!connection) {
                accept_all(epoll, listener);
            } else if (echo(connection, events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == closed) {
                close(connection->fd);
                free(connection);
            }
        }
    }
}
