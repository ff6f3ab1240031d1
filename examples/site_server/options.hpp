// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace site_server {

/// What the command line asked for.
struct Options {
    std::string root = ".";              ///< The directory whose files are served, under every host name.
    std::string address = "127.0.0.1";   ///< The IPv4 address to listen on.
    std::uint16_t port = 0;              ///< 0 takes a free one; the first line printed names it.
    std::chrono::milliseconds delay{0};  ///< How long each response is held back.
};

/// Reads the command line; prints help or the mistake and ends the process where there is nothing to serve.
Options read_options(int argc, char** argv);

}  // namespace site_server
