// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <memory>

#include "cookie_jar.hpp"
#include "exchange.hpp"

namespace http {

/// One of libcurl's easy handles with at most one connection, which it keeps open between requests.
class Handle {
public:
    /// Both must live longer.
    Handle(const SessionOptions& options, const CookieJar& jar);
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    /// Makes a request; follows no redirect. Returns the response without its body, which `listener` gets.
    /// Suspends; a cancellation, which libcurl is told as ECANCELED, ends it with some ClientError, and the
    /// connection with it. Throws ClientError, and what the listener threw.
    Response perform(const Exchange& exchange, ExchangeListener& listener);

    /// Whether the connection is still open.
    bool is_open() const noexcept;

    /// How many connections the last request had to open.
    long connections_opened() const noexcept;

private:
    struct EndHandle {
        void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
    };
    struct EndList {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };
    using List = std::unique_ptr<curl_slist, EndList>;
    struct Transfer;

    template <typename Value>
    void set(CURLoption option, Value value) noexcept {
        curl_easy_setopt(curl_.get(), option, value);
    }
    static void append(List& list, const std::string& line);
    void set_up(const Exchange& exchange);
    void set_session_options();
    void set_method(const Exchange& exchange);
    void set_headers(const Exchange& exchange);
    void set_addresses(const Exchange& exchange);
    void set_callbacks(Transfer& transfer);
    [[noreturn]] void fail(CURLcode code, const Exchange& exchange, Transfer& transfer) const;

    const SessionOptions* options_;
    const CookieJar* jar_;
    List headers_;  // these outlive curl_, which refers to them
    List resolve_;
    std::unique_ptr<CURL, EndHandle> curl_;
    char message_[CURL_ERROR_SIZE] = {};
};

}  // namespace http
