// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace site_server {

/// An answer whose body fits into memory.
struct Response {
    int status = 200;                        ///< The code of the status line.
    std::string content_type = "text/html";  ///< What the body is.
    std::string body;                        ///< The bytes of the page.
    std::string location;                    ///< Where to go instead; empty unless it redirects.
    bool keep_alive = true;                  ///< Whether the connection stays open afterwards.
};

/// A short page that says which status it is.
Response status_page(int status, bool keep_alive);

/// The status line and the headers for a body of `length` bytes, with the empty line that ends them.
std::string make_head(const Response& response, std::size_t length);

/// Writes all of `head` and `body`; false when the visitor has gone.
bool send_all(int fd, std::string_view head, std::string_view body);

}  // namespace site_server
