// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the tutorials use aiohttp and httpx for: libcurl's easy interface, which knows nothing of fibers. A
// program that called netpatch::patch_all() waits for its pages side by side. TUTORIAL_SITE in the
// environment names the server: examples/site_server, which the runner and the tests start.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tutorial {

/// The URL of a page of the site.
std::string page(const std::string& path);

/// That of a page which comes after so many of the tutorial's seconds.
std::string slow_page(double number, const std::string& path = "/");

/// The URL that `link` means on the page `base`: urllib.parse.urljoin(). Empty if it means none.
std::string urljoin(const std::string& base, const std::string& link);

/// What stands in the page's href="…", in order.
std::vector<std::string> hrefs(const std::string& html);

/// The server answered, but not with the page.
class HttpError : public std::runtime_error {
public:
    HttpError(long status_code, const std::string& text);

    long status;          ///< 404.
    std::string message;  ///< "Not Found".
};

/// The connection could not be made, or ended before the answer did.
class ConnectionBroken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The answer to a request.
struct Response {
    long status = 0;     ///< 200.
    std::string reason;  ///< "OK".
    std::string url;     ///< Where it came from, after redirects.
    std::string body;    ///< All of it.

    /// Throws HttpError for a status of 400 and above.
    void raise_for_status() const;
    nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// Keeps its connections for the next request to the same server, until it dies. May be used by many fibers.
class Session {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    /// Throw ConnectionBroken, and HttpError when there were too many redirects.
    Response get(const std::string& url);
    Response post_form(const std::string& url, const Fields& fields);
    Response post_json(const std::string& url, const nlohmann::json& value);

    /// Hands over the body of a page, piece by piece, as it comes. Throws HttpError for any status but 200.
    void stream(const std::string& url, const std::function<void(std::string_view)>& on_piece);

    /// How many connections were opened until now.
    long opened() const noexcept { return opened_; }

private:
    struct Cleanup {
        void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
    };
    using Handle = std::unique_ptr<CURL, Cleanup>;

    Handle take_handle();
    void keep(Handle handle);
    Response post(const std::string& url, const std::string& content_type, const std::string& body);
    Response perform(CURL* curl, const std::string& url);

    std::vector<Handle> idle_;  // each with a connection of its own, open if the server agrees
    long opened_ = 0;
};

}  // namespace tutorial
