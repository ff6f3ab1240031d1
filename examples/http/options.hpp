// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <fibers/fibers.hpp>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "fields.hpp"

namespace http {

/// How long things may take; Duration::max() sets no limit. What is over is told by ServerTimeoutError and
/// its kinds. Exact in a fiber; elsewhere libcurl's own clock serves, and sock_read has no effect. Source:
/// aiohttp.ClientTimeout.
struct ClientTimeout {
    fibers::Duration total = std::chrono::minutes(5);    ///< The whole request, its redirects and its body.
    fibers::Duration connect = fibers::Duration::max();  ///< Waiting for a free connection, and making one.
    fibers::Duration sock_connect = std::chrono::seconds(30);  ///< Making a connection.
    fibers::Duration sock_read = fibers::Duration::max();      ///< Between two pieces that the server sends.
    fibers::Duration exchange =
        fibers::Duration::max();  ///< One exchange with a server, from connecting to the
                                  ///< last byte: each redirect has its own, and waiting for
                                  ///< a free connection does not count. (Ours alone.)
};

/// What a session is made with. Source: aiohttp.ClientSession and its TCPConnector.
struct SessionOptions {
    std::size_t limit = 100;         ///< Most connections open at once; 0 sets no limit.
    std::size_t limit_per_host = 0;  ///< Most connections to one scheme, host and port; 0 sets no limit.
    ClientTimeout timeout{};         ///< Of each request that brings none of its own.
    Headers headers{};               ///< Sent with each request.
    Fields cookies{};                ///< Sent with each request, to whatever host.
    bool raise_for_status = false;   ///< Whether a status of 400 or more is thrown.
    bool verify = true;              ///< False: believe any certificate; the session warns once.
    bool trust_env = false;          ///< Whether the proxies of http_proxy, https_proxy, no_proxy are used.
    std::string ca_file{};           ///< Certificates to trust instead of the system's; empty for those.
    std::string user_agent = "fibers-http/0.1";      ///< How we introduce ourselves.
    std::chrono::seconds keepalive_timeout{15};      ///< An idle connection that is older is not used again.
    std::map<std::string, std::string> addresses{};  ///< "host:port" to addresses, not to be looked up.
    std::function<bool()> keep_going{};  ///< Asked at least once a second in a transfer; false ends it. Must
                                         ///< neither throw nor suspend. For code without fibers.
};

/// The body of a request.
struct Body {
    std::string bytes;         ///< As it is sent.
    std::string content_type;  ///< Empty: the header is not sent.
};

/// A form, application/x-www-form-urlencoded. (aiohttp: data={…}.)
Body form(const Fields& fields);

/// JSON. (aiohttp: json=….)
Body json(const nlohmann::json& value);

/// What one request is made with.
struct RequestOptions {
    Fields params{};                         ///< Added to the URL's query.
    Headers headers{};                       ///< In place of the session's of the same name.
    Fields cookies{};                        ///< Sent beside those of the session.
    std::optional<Body> data{};              ///< form(…), json(…), or anything.
    std::optional<ClientTimeout> timeout{};  ///< In place of the session's.
    std::optional<bool> raise_for_status{};  ///< In place of the session's.
    std::optional<bool> allow_redirects{};   ///< Whether they are followed; by default all but those of HEAD.
    std::size_t max_redirects = 10;          ///< So many are too many (aiohttp's rule); 0: none are too many.
};

}  // namespace http
