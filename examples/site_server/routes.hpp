// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"
#include "site.hpp"

namespace site_server {

/// What is to become of the connection after a request was dealt with.
enum class Next {
    keep,   ///< Wait for the next request.
    close,  ///< Close the connection.
};

/// Whether `path` is one of the routes that misbehave, under "/-/".
bool is_misbehaving_route(std::string_view path);

/// Answers a request for such a route, in whatever bad way it stands for. `--help` lists them.
Next misbehave(int fd, const Request& request);

}  // namespace site_server
