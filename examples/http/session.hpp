// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The one to include.
#pragma once

#include <concepts>
#include <fibers/fibers.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connector.hpp"
#include "cookie_jar.hpp"
#include "options.hpp"
#include "response.hpp"

namespace http {

class SessionState;

/// Makes HTTP requests over connections that are kept open between them, with libcurl's easy interface:
///
///     http::Session session;
///     std::cout << session.get("http://a.example/").text();
///
/// Plain synchronous code. With netpatch::patch_all(), in a fiber, requests let others run while they wait,
/// and gather() makes them run side by side; outside a loop they block, one at a time.
///
/// The end of its scope closes it, as that of `async with`. A session that is still open when its loop has
/// ended is reported with the line that made it. For one loop and its thread. Programs that speak https
/// should ignore SIGPIPE. Source: aiohttp.ClientSession.
class Session {
public:
    explicit Session(SessionOptions options = {},
                     fibers::SourceLocation where = fibers::SourceLocation::current());
    Session(Session&&) noexcept = default;
    Session& operator=(Session&&) = delete;
    /// Closes it. Requests that still run end with ClientConnectionError, and that is reported. Never
    /// suspends.
    ~Session();

    /// Makes a request, follows redirects, and returns the response with its body. Suspends; notices
    /// cancellation, which ends the transfer and its connection; timeout() works around it. Throws
    /// CancelledError, ClientError in one of its kinds, RuntimeError if the session is closed. `options` must
    /// live until it returns.
    Response request(const std::string& method, const std::string& url, const RequestOptions& options = {});

    Response get(const std::string& url, const RequestOptions& options = {});
    Response head(const std::string& url, const RequestOptions& options = {});
    Response post(const std::string& url, const RequestOptions& options = {});
    Response put(const std::string& url, const RequestOptions& options = {});
    Response patch(const std::string& url, const RequestOptions& options = {});
    Response del(const std::string& url, const RequestOptions& options = {});

    /// A GET whose body is not kept: on_bytes(bytes) or on_bytes(head, bytes) gets it piece by piece. It may
    /// block and suspend; the transfer stands still meanwhile, and so does, in the end, the server. What it
    /// throws ends the transfer and comes out here. Of a redirect's body it hears nothing, nor of the one
    /// that raise_for_status is about. Returns all but the body. Else as request().
    template <class OnBytes>
    Response stream(const std::string& url, OnBytes&& on_bytes, const RequestOptions& options = {}) {
        if constexpr (std::invocable<OnBytes&, const Response&, std::string_view>) {
            return stream_to("GET", url, std::ref(on_bytes), options);
        } else {
            return stream_to(
                "GET", url, [&](const Response&, std::string_view bytes) { on_bytes(bytes); }, options);
        }
    }

    /// Ends the session: requests that still run end with ClientConnectionError, connections are closed.
    /// Waits for the requests; notices cancellation. Throws CancelledError. A second call does nothing.
    void close();
    /// Never suspends.
    bool closed() const noexcept;

    /// Never suspends.
    ConnectionFigures connections() const noexcept;
    /// What servers have set. Never suspends.
    std::vector<Cookie> cookies() const;
    void clear_cookies();

private:
    Response stream_to(const std::string& method, const std::string& url,
                       const std::function<void(const Response&, std::string_view)>& on_bytes,
                       const RequestOptions& options);

    std::shared_ptr<SessionState> state_;
};

}  // namespace http
