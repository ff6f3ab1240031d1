// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// A URL, taken apart and put together by libcurl.
class Url {
public:
    Url(const Url& other);
    Url(Url&&) noexcept = default;
    Url& operator=(Url&&) noexcept = default;

    /// Reads an absolute http or https URL; nothing when `text` is not one.
    static std::optional<Url> parse(const std::string& text);

    /// The whole URL in its normal form.
    const std::string& text() const noexcept { return text_; }

    /// The host as it is asked for in the DNS (punycode); IPv6 addresses in brackets.
    std::string host() const;

    /// The port, the scheme's own if the URL has none.
    std::string port() const;

    /// The path; decoded, unless that gave control characters.
    std::string path() const;

    /// "scheme://host:port": requests of the same origin may share a connection.
    std::string origin() const;

    /// The same with these behind its query, which are encoded already: "a=1&b=2".
    Url with_query(const std::string& parameters) const;

    /// What a link means that was found on this page: an absolute URL (RFC 3986, section 5). Links of other
    /// schemes (mailto:, javascript:) stay as they are. Nothing when the link makes no sense.
    std::optional<std::string> resolve(std::string_view link) const;

private:
    struct Cleanup {
        void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
    };
    using Handle = std::unique_ptr<CURLU, Cleanup>;

    explicit Url(Handle handle);
    Handle copy_of_handle() const;
    std::optional<std::string> part(CURLUPart what, unsigned flags = 0) const;
    static std::optional<std::string> part_of(CURLU* url, CURLUPart what, unsigned flags);

    Handle handle_;
    std::string text_;
};

}  // namespace http
