// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "charset.hpp"
#include "error.hpp"
#include "fields.hpp"

namespace http {

/// What came back from a request: all there when the request returns, so that nothing here ever waits.
/// Source: aiohttp.ClientResponse.
struct Response {
    std::string method;                   ///< Of the last request: a redirect may have made a GET of it.
    std::string url;                      ///< Where it was found at last.
    int status = 0;                       ///< 200, 404, …
    std::string reason;                   ///< The words behind the status, if there were any.
    Headers headers;                      ///< As they came.
    std::string body;                     ///< Unpacked; empty if it was streamed.
    std::vector<Response> history;        ///< The redirects that led here, first the first, without bodies.
    std::chrono::seconds retry_after{0};  ///< How long the server asks us to wait before the next attempt.

    /// Whether the status is below 400.
    bool ok() const noexcept { return status < 400; }

    /// Throws ClientResponseError if the status is 400 or more.
    void raise_for_status() const;

    /// The media type, in lower case and without parameters: "text/html"; empty if the server said nothing.
    std::string content_type() const { return media_type_of(headers.get("Content-Type")); }

    /// The charset that the server named; empty if it named none.
    std::string charset() const { return charset_of(headers.get("Content-Type")); }

    /// The body as it is.
    const std::string& bytes() const& noexcept { return body; }
    std::string bytes() && noexcept { return std::move(body); }

    /// The body as UTF-8. It is in `encoding` or, without one, in the charset that the server named, or in
    /// UTF-8 if it named none or one that nobody knows. Throws DecodeError for bytes that make no sense, and
    /// for an `encoding` that is not known.
    std::string text(const std::string& encoding = {}, OnBadBytes on_bad = OnBadBytes::strict) const;

    /// The body, read as JSON; null if there is none. Throws ContentTypeError if the media type is not
    /// `expected` (application/json stands for application/…+json, too; empty stands for any), DecodeError if
    /// it is no JSON.
    nlohmann::json json(std::string_view expected = "application/json") const;
};

/// The server answered, but not as was asked for. Its response is kept.
class ClientResponseError : public ClientError {
public:
    ClientResponseError(const std::string& what, Response response)
        : ClientError(what), response_(std::make_shared<const Response>(std::move(response))) {}

    const Response& response() const noexcept { return *response_; }
    int status() const noexcept { return response_->status; }

private:
    std::shared_ptr<const Response> response_;  // shared, because exceptions are copied
};

/// json() of something else.
class ContentTypeError : public ClientResponseError {
public:
    using ClientResponseError::ClientResponseError;
};

/// More redirects than allowed; response().history has them.
class TooManyRedirects : public ClientResponseError {
public:
    using ClientResponseError::ClientResponseError;
};

}  // namespace http
