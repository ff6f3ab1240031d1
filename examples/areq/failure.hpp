// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <http/error.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace areq {

/// The ways in which a page can fail, as the summary counts them.
enum class FailureKind {
    bad_url,       ///< Not an http or https URL.
    unknown_host,  ///< The name does not exist.
    name_server,   ///< The name could not be looked up this time.
    refused,       ///< Nobody listens there.
    unreachable,   ///< No way to the host.
    reset,         ///< The connection broke off.
    timeout,       ///< Too slow.
    certificate,   ///< No trust in the other side.
    http,          ///< An answer, but not a page: 404 and the like.
    redirect,      ///< Redirects in a circle, too many, or to nowhere.
    not_html,      ///< Something else than a page.
    too_big,       ///< More bytes than allowed.
    other,         ///< Anything else.
};

/// "unknown host", "404 and the like": how the summary names a kind.
std::string_view name_of(FailureKind kind) noexcept;

/// Why a page could not be had. what() is the reason in words.
class Failure : public std::runtime_error {
public:
    Failure(FailureKind kind, const std::string& reason) : std::runtime_error(reason), kind_(kind) {}

    FailureKind kind() const noexcept { return kind_; }

    /// Whether the next attempt may fare better.
    bool worth_repeating() const noexcept { return worth_repeating_; }

    /// How long the server asked us to wait before it.
    std::chrono::seconds wait() const noexcept { return wait_; }

    /// The same failure, but worth another attempt after `wait`.
    Failure&& repeat_after(std::chrono::seconds wait) && noexcept {
        worth_repeating_ = true;
        wait_ = wait;
        return std::move(*this);
    }

private:
    FailureKind kind_;
    bool worth_repeating_ = false;
    std::chrono::seconds wait_{0};
};

/// What the session's error means for a page.
Failure failure_of(const http::ClientError& error);

}  // namespace areq
