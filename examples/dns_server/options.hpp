// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dns_server {

/// What the command line asked for.
struct Options {
    std::string address = "127.0.0.1";  ///< The IPv4 address to answer on.
    std::uint16_t port = 0;             ///< 0 takes a free one; the first line printed names it.
    std::vector<std::string> entries;   ///< The table, one NAME=ANSWER each.
};

/// Reads the command line; prints help or the mistake and ends the process where there is nothing to serve.
Options read_options(int argc, char** argv);

}  // namespace dns_server
