// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "deadlines.hpp"
#include "exchange.hpp"
#include "session_state.hpp"

namespace http {

/// What gets a body piece by piece; `head` is all of the response but the body.
using OnBytes = std::function<void(const Response& head, std::string_view bytes)>;

/// One request of a caller's, with the redirects that it leads through.
class Call : private ExchangeListener {
public:
    /// `on_bytes`: null keeps the body. Throws InvalidURL.
    Call(std::shared_ptr<SessionState> state, std::string method, const std::string& url,
         const RequestOptions& options, const OnBytes* on_bytes);

    /// Does it; see Session::request.
    Response run();

private:
    void on_request() override { deadlines_.read(); }
    void on_arrival() override { deadlines_.read(); }
    void on_body(const Response& head, std::string_view bytes) override;
    bool keep_going() override;

    Response follow();
    Response ask();
    bool leads_on(const Response& head) const;
    void prepare_next(const Response& redirect);
    void leave_origin();
    bool must_raise() const noexcept;
    [[noreturn]] void fail_after_redirects(Response response) const;
    [[noreturn]] void fail_over(Deadlines::Reason reason) const;

    std::shared_ptr<SessionState> state_;
    const RequestOptions& options_;
    const OnBytes* on_bytes_;
    Deadlines deadlines_;
    std::string method_;
    Url url_;
    Headers headers_;
    Fields cookies_;    // the session's and this request's
    const Body* data_;  // null: none
    std::string body_;  // what came of it
    bool may_follow_;
};

}  // namespace http
