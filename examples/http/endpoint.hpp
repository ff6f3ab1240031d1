// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "url.hpp"

namespace http {

/// The host that a connection goes to.
struct Endpoint {
    std::string host;  ///< A name, or an address (IPv6 in brackets).
    std::string port;  ///< In digits.

    /// Whether the host is an address already.
    bool is_numeric() const;
};

/// Where libcurl connects to for this URL: to its host or, if `trust_env`, to the proxy that the environment
/// names for it (http_proxy, https_proxy, all_proxy, no_proxy: libcurl's rules).
Endpoint endpoint_of(const Url& url, bool trust_env);

}  // namespace http
