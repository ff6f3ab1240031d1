// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace site_server {

/// One request.
struct Request {
    std::string method;              ///< As sent; empty when the request made no sense.
    std::string path;                ///< Percent-decoded, without the query; starts with a slash.
    std::string query;               ///< What stood behind the question mark, as sent.
    std::string content_type;        ///< What the body is; empty if it does not say.
    std::size_t content_length = 0;  ///< How long the body is that next() reads.
    std::string body;                ///< What came behind the head.
    bool keep_alive = false;         ///< Whether the visitor may send another request.

    /// The value of `name` in the query, percent-decoded; nothing when it is not there.
    std::optional<std::string> parameter(std::string_view name) const;
};

/// Reads the requests that arrive on one connection, pipelined or not.
class RequestReader {
public:
    explicit RequestReader(int fd) noexcept : fd_(fd) {}

    /// Waits for the next request; nothing when the visitor is done or the connection broke.
    std::optional<Request> next();

private:
    bool fill();

    int fd_;
    std::string buffer_;  // what came behind the request handed out last
};

/// Reads a request's head, everything before the empty line; its body is not there yet. Public for its tests.
Request parse_request(std::string_view head);

/// Replaces %41 by A; nothing when a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace site_server
