// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace bench {

/// The two processors that server and load are pinned to, one each; both the same where there is only one.
struct Cores {
    int server;
    int load;
};
Cores cores();

/// Pins the calling thread. Best effort: a machine that forbids it only measures less exactly.
void pin_to(int core);

/// A program beside the running one that prints the port it listens on. It is killed when this goes.
class Server {
public:
    /// Starts `program`, found in our own directory, on the server's core. Throws std::runtime_error if it
    /// prints none.
    explicit Server(const std::string& program);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Time its main thread has spent on a processor.
    [[nodiscard]] std::chrono::duration<double> cpu_time() const;

private:
    pid_t pid_;
    std::uint16_t port_;
};

/// The path of a program that was built beside the running one.
std::string sibling(const std::string& program);

}  // namespace bench
