// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "message.hpp"
#include "table.hpp"

namespace dns_server {

/// A question and who asked it.
struct Received {
    Question question;   ///< What was asked.
    sockaddr_in from{};  ///< Where the answer goes.
};

/// The socket with its table. SIGTERM and SIGINT make it end; one per process.
class Server {
public:
    /// Binds; throws std::system_error when the address or port cannot be had.
    Server(const std::string& address, std::uint16_t port, Table table);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The port that was bound.
    std::uint16_t port() const noexcept { return port_; }

    /// Waits for the next question; nothing once a signal asked to end.
    std::optional<Received> next_question();

    /// Answers, after the delay that the table has for the name.
    void answer(const Received& received) const;

    /// How many questions came.
    std::size_t questions() const noexcept { return questions_; }

    /// How many different names were asked for.
    std::size_t names() const noexcept { return names_.size(); }

private:
    Table table_;
    int socket_ = -1;
    std::uint16_t port_ = 0;
    std::size_t questions_ = 0;
    std::set<std::string> names_;
};

}  // namespace dns_server
