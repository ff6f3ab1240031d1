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

bool is_redirect(long status) {
    return status >= 300 && status <= 399 && status != 304;
}

bool is_worth_repeating(long status) {
    return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Failure failure_of(const Response& response) {
    std::string reason = "HTTP " + std::to_string(response.status);
    if (!response.reason.empty()) reason += " " + response.reason;
    Failure failure(FailureKind::http, reason);
    if (is_worth_repeating(response.status)) return std::move(failure).repeat_after(response.retry_after);
    return failure;
}

// Each hop by hand, so that each host's name takes our way of being looked up.
Page follow_redirects(const std::string& start, Session& session, const Options& options) {
    std::set<std::string> visited;
    std::string next = start;
    for (std::size_t hop = 0; hop <= options.max_redirects; ++hop) {
        const auto url = Url::parse(next);
        if (!url) throw Failure(FailureKind::bad_url, "not an http or https URL: " + next);
        if (!visited.insert(url->text()).second) {
            throw Failure(FailureKind::redirect, "redirects in a circle, by way of " + next);
        }
        Response response = session.get(*url);
        if (response.status == 200) {
            return {url->text(), response.status, charset_of(response.content_type),
                    std::move(response.body)};
        }
        if (!is_redirect(response.status)) throw failure_of(response);
        if (response.redirect.empty()) throw Failure(FailureKind::redirect, "a redirect to nowhere");
        spdlog::debug("Redirected [{}] from {} to {}", response.status, next, response.redirect);
        next = response.redirect;
    }
    throw Failure(FailureKind::redirect, "more than " + std::to_string(options.max_redirects) + " redirects");
}

// Doubles with each attempt, unless the server named a time.
milliseconds pause_before(std::size_t attempt, const Failure& failure, const Options& options) {
    const auto doubled = options.backoff * (1LL << std::min<std::size_t>(attempt, 20));
    return std::min(kLongestPause, std::max<milliseconds>(doubled, failure.wait()));
}

}  // namespace

std::string charset_of(const std::string& content_type) {
    std::string lower_case = content_type;
    std::transform(lower_case.begin(), lower_case.end(), lower_case.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = lower_case.find("charset=");
    if (at == std::string::npos) return {};
    std::string charset = content_type.substr(at + 8);
    std::erase(charset, '"');
    return charset.substr(0, charset.find_first_of("; "));
}

Page fetch_html(const std::string& url, Session& session, const Options& options) {
    for (std::size_t attempt = 0;; ++attempt) {
        std::optional<Failure> failure;
        try {
            return follow_redirects(url, session, options);
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
