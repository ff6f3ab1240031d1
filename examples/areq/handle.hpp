// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "endpoint.hpp"
#include "options.hpp"
#include "url.hpp"

namespace areq {

/// What came back from one request.
struct Response {
    long status = 0;                      ///< 200, 404, …
    std::string reason;                   ///< The words behind the status, if there were any.
    std::string content_type;             ///< As the server said; empty if it said nothing.
    std::string redirect;                 ///< Where it sends us, absolute; empty if nowhere.
    std::string body;                     ///< The page, decompressed.
    std::chrono::seconds retry_after{0};  ///< How long the server asks us to wait before the next attempt.
};

/// One of libcurl's easy handles with at most one connection, which it keeps open between requests.
class Handle {
public:
    explicit Handle(const Options& options);

    /// Makes a GET request, connecting to `endpoint` at one of its `addresses` (separated by commas; empty
    /// leaves finding them to libcurl). Follows no redirect. Throws Failure.
    Response get(const Url& url, const Endpoint& endpoint, const std::string& addresses);

    /// Whether the connection is still open.
    bool is_open() const noexcept;

    /// How many connections the last request had to open.
    long connections_opened() const noexcept;

private:
    struct Cleanup {
        void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };
    struct Transfer;

    template <typename Value>
    void set(CURLoption option, Value value) noexcept {
        curl_easy_setopt(curl_.get(), option, value);
    }
    void set_addresses(const Endpoint& endpoint, const std::string& addresses);
    Response read_answer(Transfer& transfer) const;
    [[noreturn]] void fail(CURLcode code, const Transfer& transfer) const;

    const Options* options_;
    std::unique_ptr<curl_slist, Cleanup> resolve_;  // outlives curl_, which refers to it
    std::unique_ptr<CURL, Cleanup> curl_;
    char message_[CURL_ERROR_SIZE] = {};
};

}  // namespace areq
