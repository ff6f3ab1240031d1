// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <fibers/fibers.hpp>
#include <memory>
#include <set>
#include <string>

#include "connector.hpp"
#include "cookie_jar.hpp"
#include "deadlines.hpp"
#include "names.hpp"
#include "options.hpp"

namespace http {

/// All that a session has. Its requests share it, so that it is there until the last of them has ended.
class SessionState : public std::enable_shared_from_this<SessionState> {
public:
    SessionState(SessionOptions options, const fibers::SourceLocation& where);

    /// Counts a request as running, while it lives.
    class Running {
    public:
        /// Throws RuntimeError("Session is closed").
        Running(SessionState& state, Deadlines& deadlines);
        ~Running();
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

    private:
        SessionState& state_;
        Deadlines& deadlines_;
    };

    /// Takes no more requests, ends those that run and closes the connections. Never suspends.
    void end() noexcept;
    /// Waits until no request runs. Suspends if there are some; notices cancellation. Throws CancelledError.
    void wait_for_running();
    bool closed() const noexcept { return closed_; }
    std::size_t running() const noexcept { return running_.size(); }

    const SessionOptions& options() const noexcept { return options_; }
    CookieJar& jar() noexcept { return jar_; }
    Names& names() noexcept { return names_; }
    Connector& connector() noexcept { return connector_; }
    /// Where it was made: "session at main.cpp:12".
    const std::string& name() const noexcept { return name_; }

private:
    void watch_loop();

    const SessionOptions options_;
    const std::string name_;
    CookieJar jar_;  // outlives the connections
    Names names_;
    Connector connector_;
    std::set<Deadlines*> running_;
    fibers::Event nobody_runs_;
    std::shared_ptr<fibers::Event> ended_;  // null until somebody watches the loop
    bool closed_ = false;
};

}  // namespace http
