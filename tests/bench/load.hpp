// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace bench {

/// The other end of an echo server: connections that each send 64 bytes, await the answer, and send again.
///
/// It has to be quicker than any server, or the measurement would be of itself. So it never sleeps (the
/// server need not wake it), takes the edge of an answer for the answer (one is under way per connection),
/// and reads what has come only now and then: about one system call a request against the server's two.
class Load {
public:
    /// Connects to 127.0.0.1:`port`; returns when every connection has had one answer, compared byte by byte.
    /// Throws std::system_error when a connection fails, std::runtime_error when an answer is wrong.
    Load(std::uint16_t port, int connections);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    /// Requests answered while at least `duration` went by, and how long that was.
    struct Rate {
        std::uint64_t requests;
        std::chrono::duration<double> elapsed;
        [[nodiscard]] double per_second() const { return static_cast<double>(requests) / elapsed.count(); }
    };
    Rate run_for(std::chrono::duration<double> duration);

    /// Exactly `per_connection` requests on each connection; returns their sum when all are answered.
    std::uint64_t run_exactly(std::uint64_t per_connection);

private:
    struct Connection {
        int fd = -1;
        std::uint32_t unread = 0;     // answers that came and were not read yet
        std::uint64_t allowance = 0;  // requests it may still send
        bool waiting = false;         // an answer is under way
    };

    void connect_all(std::uint16_t port);
    void allow(std::uint64_t requests_each);
    std::uint64_t poll_once();
    void finish();
    void send_request(Connection& connection);
    void read_answers(Connection& connection);

    int epoll_;
    std::vector<Connection> connections_;
};

}  // namespace bench
