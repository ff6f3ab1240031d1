// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "descriptor.hpp"

namespace site_server {

/// A listening TCP socket that SIGTERM and SIGINT close down in good order. One per process.
class Listener {
public:
    /// Binds and listens; throws std::system_error when the address or port cannot be had.
    Listener(const std::string& address, std::uint16_t port);

    /// The port that was bound.
    std::uint16_t port() const noexcept { return port_; }

    /// Waits for a visitor and returns the connection's descriptor, or nothing once a signal asked to end.
    /// Throws std::system_error when accepting is no longer possible.
    std::optional<int> accept();

private:
    bool wait_for_visitor();

    Descriptor socket_;
    Descriptor stop_read_;  // readable once a signal arrived: a pipe wakes poll() however the signal came
    Descriptor stop_write_;
    std::uint16_t port_ = 0;
};

}  // namespace site_server
