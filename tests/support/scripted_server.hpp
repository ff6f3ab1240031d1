// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A name server that says what a test tells it to, however wrong, by UDP and TCP.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace test {

// Whether a question came by TCP.
enum class By : std::uint8_t { udp, tcp };

// A question as it came.
struct Incoming {
    std::string packet;  // without TCP's length
    By by;
    sockaddr_in asker;  // where an answer by UDP goes to
};

// What is sent for it. By UDP each is a packet, by TCP the next bytes of the stream (the length before a
// packet is the script's business), and an empty one closes the connection.
using Pieces = std::vector<std::string>;
// Called on the server's threads, several at a time.
using Script = std::function<Pieces(const Incoming&)>;

// A packet as it goes by TCP, its length before it.
std::string framed(const std::string& packet);

// Serves until it dies, each connection on a thread of its own.
class ScriptedServer {
public:
    // At that address; port 0 is any that is free. Without TCP, connections are refused.
    explicit ScriptedServer(Script script, const std::string& host = "127.0.0.1", std::uint16_t port = 0,
                            bool with_tcp = true);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    // "127.0.0.1:port".
    std::string address() const;
    // How many questions came by UDP so far, and by TCP.
    std::size_t questions(By by) const { return by == By::udp ? by_udp_ : by_tcp_; }

private:
    void serve(bool with_tcp);
    void answer_datagram();
    void serve_connection(int fd);

    Script script_;
    int udp_;
    int tcp_;
    int stop_fd_;
    std::atomic<std::size_t> by_udp_{0};
    std::atomic<std::size_t> by_tcp_{0};
    std::vector<int> connections_;
    std::vector<std::thread> connection_threads_;
    std::thread thread_;
};

}  // namespace test
