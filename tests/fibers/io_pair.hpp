// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the tests of waiting for descriptors share.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <string>
#include <system_error>

#include "fibers/kernel/poller.hpp"
#include "tests/support/close_in_use.hpp"

namespace test {

// libevent's method for the time of a test: it reads these variables when a base is made.
class Method {
public:
    explicit Method(const std::string& name) {
        if (name != "epoll") setenv("EVENT_NOEPOLL", "1", 1);
        if (name == "select") setenv("EVENT_NOPOLL", "1", 1);
    }
    ~Method() {
        unsetenv("EVENT_NOEPOLL");
        unsetenv("EVENT_NOPOLL");
    }
};

// Two ends of a unix socket, closed as netpatch closes.
struct Pair {
    explicit Pair(int type = SOCK_STREAM) { REQUIRE(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, end) == 0); }
    ~Pair() {
        for (const int fd : end) {
            if (fd >= 0) close_end(fd == end[0] ? 0 : 1);
        }
    }
    void close_end(int which) {
        fibers::kernel::fd_closing(end[which]);
        test::close_in_use(end[which]);
        fibers::kernel::fd_closed(end[which]);
        end[which] = -1;
    }
    int end[2] = {-1, -1};
};

// The number of the system_error that it throws; 0: none.
inline int error_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

}  // namespace test
