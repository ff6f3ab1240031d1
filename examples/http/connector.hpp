// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <fibers/fibers.hpp>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cookie_jar.hpp"
#include "handle.hpp"

namespace http {

/// What became of connections.
struct ConnectionFigures {
    std::size_t opened = 0;   ///< How many were opened, or tried to.
    std::size_t open = 0;     ///< How many are open now, those in use and those kept for later.
    std::size_t at_peak = 0;  ///< The most there were at once.
};

/// A session's connections: kept open between requests, limited in all and per origin. First come, first
/// served. Source: aiohttp.TCPConnector; unlike there, idle connections count, too: one to another origin
/// gives way.
class Connector {
public:
    /// Both must live longer.
    Connector(const SessionOptions& options, const CookieJar& jar);
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// The right to one connection to an origin, while it lives.
    class Turn {
    public:
        /// Waits for it. Suspends if there are as many as may be; notices cancellation. Throws
        /// CancelledError.
        Turn(Connector& connector, const std::string& origin);

    private:
        std::unique_lock<fibers::Semaphore> of_host_;
        std::unique_lock<fibers::Semaphore> of_all_;
    };

    /// A connection in use: an idle one to this origin, or one to be made. Whatever comes of it, it is kept
    /// afterwards if it is still open. Needs a Turn.
    class Lease {
    public:
        Lease(Connector& connector, const std::string& origin);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        Handle& handle() noexcept { return *handle_; }

    private:
        Connector& connector_;
        std::string origin_;
        std::unique_ptr<Handle> handle_;
    };

    /// Closes the idle connections, and those in use as they come back. Never suspends.
    void close() noexcept;

    /// Never suspends.
    ConnectionFigures figures() const noexcept;

private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::string origin;
        std::unique_ptr<Handle> handle;
        Clock::time_point since;
    };

    std::unique_ptr<Handle> take(const std::string& origin);
    void drop_old();
    bool is_full() const noexcept;

    const SessionOptions* options_;
    const CookieJar* jar_;
    // Outside a loop never more than one is taken, so that nobody waits: semaphores work there, too.
    fibers::Semaphore limit_;
    std::map<std::string, fibers::Semaphore> limit_per_host_;  // empty if that has none
    std::list<Idle> idle_;                                     // the one used last comes first
    std::size_t busy_ = 0;
    std::size_t opened_ = 0;
    std::size_t at_peak_ = 0;
    bool closed_ = false;
};

}  // namespace http
