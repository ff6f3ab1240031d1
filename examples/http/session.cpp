// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <utility>

#include "call.hpp"
#include "session_state.hpp"

namespace http {

Session::Session(SessionOptions options, fibers::SourceLocation where)
    : state_(std::make_shared<SessionState>(std::move(options), where)) {}

Session::~Session() {
    if (!state_ || state_->closed()) return;
    if (state_->running() != 0) {
        fibers::report("The " + state_->name() + ", ends while " + std::to_string(state_->running()) +
                       " requests run: wait for them, or close() it first");
    }
    state_->end();
}

Response Session::request(const std::string& method, const std::string& url, const RequestOptions& options) {
    return Call(state_, method, url, options, nullptr).run();
}

Response Session::get(const std::string& url, const RequestOptions& options) {
    return request("GET", url, options);
}

Response Session::head(const std::string& url, const RequestOptions& options) {
    return request("HEAD", url, options);
}

Response Session::post(const std::string& url, const RequestOptions& options) {
    return request("POST", url, options);
}

Response Session::put(const std::string& url, const RequestOptions& options) {
    return request("PUT", url, options);
}

Response Session::patch(const std::string& url, const RequestOptions& options) {
    return request("PATCH", url, options);
}

Response Session::del(const std::string& url, const RequestOptions& options) {
    return request("DELETE", url, options);
}

Response Session::stream_to(const std::string& method, const std::string& url,
                            const std::function<void(const Response&, std::string_view)>& on_bytes,
                            const RequestOptions& options) {
    return Call(state_, method, url, options, &on_bytes).run();
}

void Session::close() {
    state_->end();
    state_->wait_for_running();
}

bool Session::closed() const noexcept {
    return state_->closed();
}

ConnectionFigures Session::connections() const noexcept {
    return state_->connector().figures();
}

std::vector<Cookie> Session::cookies() const {
    return state_->jar().cookies();
}

void Session::clear_cookies() {
    state_->jar().clear();
}

}  // namespace http
