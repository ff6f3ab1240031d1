// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fetch.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>

#include "concurrency.hpp"
#include "failure.hpp"

namespace areq {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestPause{60'000};

bool is_worth_repeating(long status) {
    return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Failure failure_of(const http::Response& response) {
    std::string reason = "HTTP " + std::to_string(response.status);
    if (!response.reason.empty()) reason += " " + response.reason;
    Failure failure(FailureKind::http, reason);
    if (is_worth_repeating(response.status)) return std::move(failure).repeat_after(response.retry_after);
    return failure;
}

Failure failure_of(const http::TooManyRedirects& error, const Options& options) {
    std::set<std::string> visited;
    for (const auto& hop : error.response().history) {
        if (!visited.insert(hop.url).second) {
            return {FailureKind::redirect, "redirects in a circle, by way of " + hop.url};
        }
    }
    return {FailureKind::redirect, "more than " + std::to_string(options.max_redirects) + " redirects"};
}

void check_type(const http::Response& response) {
    const std::string type = response.content_type();
    if (type.empty() || type == "text/html" || type == "application/xhtml+xml") return;
    throw Failure(FailureKind::not_html, "not HTML but " + type);
}

Page fetch_once(const std::string& url, http::Session& session, const Options& options) {
    Page page;
    const auto on_bytes = [&](const http::Response& head, std::string_view bytes) {
        if (head.status != 200) return;
        check_type(head);
        if (page.html.size() + bytes.size() > options.max_bytes) {
            throw Failure(FailureKind::too_big,
                          "larger than " + std::to_string(options.max_bytes) + " bytes");
        }
        page.html.append(bytes);
    };
    // So many redirects are followed; one more is too many.
    const auto response = session.stream(url, on_bytes, {.max_redirects = options.max_redirects + 1});
    for (const auto& hop : response.history) spdlog::debug("Redirected [{}] from {}", hop.status, hop.url);
    if (response.status != 200) throw failure_of(response);
    check_type(response);  // there may have been no body at all
    page.url = response.url;
    page.status = response.status;
    page.charset = response.charset();
    return page;
}

// The session's errors as ours.
Page try_to_fetch(const std::string& url, http::Session& session, const Options& options) try {
    return fetch_once(url, session, options);
} catch (const http::TooManyRedirects& error) {
    throw failure_of(error, options);
} catch (const http::ClientError& error) {
    throw areq::failure_of(error);
}

// Doubles with each attempt, unless the server named a time.
milliseconds pause_before(std::size_t attempt, const Failure& failure, const Options& options) {
    const auto doubled = options.backoff * (1LL << std::min<std::size_t>(attempt, 20));
    return std::min(kLongestPause, std::max<milliseconds>(doubled, failure.wait()));
}

}  // namespace

Page fetch_html(const std::string& url, http::Session& session, const Options& options) {
    for (std::size_t attempt = 0;; ++attempt) {
        std::optional<Failure> failure;
        try {
            return try_to_fetch(url, session, options);
        } catch (const Failure& error) {
            failure = error;
        }
        stop_if_interrupted();
        if (!failure->worth_repeating() || attempt == options.retries) throw *failure;
        const milliseconds pause = pause_before(attempt, *failure, options);
        spdlog::debug("Trying {} again in {} ms: {}", url, pause.count(), failure->what());
        std::this_thread::sleep_for(pause);
        stop_if_interrupted();
    }
}

}  // namespace areq
