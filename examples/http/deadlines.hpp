// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <fibers/fibers.hpp>
#include <utility>

#include "options.hpp"

namespace http {

/// The clocks of one request. In a task they are one timeout() that is moved as the request goes on; so
/// whatever the request waits for then, libcurl's poll() or a free connection, ends.
class Deadlines {
public:
    /// Why a request was ended.
    enum class Reason {
        none,          ///< It was not.
        total,         ///< ClientTimeout::total.
        connect,       ///< ClientTimeout::connect.
        sock_connect,  ///< ClientTimeout::sock_connect.
        sock_read,     ///< ClientTimeout::sock_read.
        exchange,      ///< ClientTimeout::exchange.
        interrupted,   ///< interrupt().
    };

    /// The total begins here.
    explicit Deadlines(const ClientTimeout& limits);

    /// Runs body(), which may call the functions below, and returns what it returns. If it was ended for one
    /// of the reasons, calls over(reason), which throws. Outside a task nothing ends it.
    template <class Body, class Over>
    auto run(Body&& body, Over over);

    /// Now it waits for a free connection, and for the host's addresses.
    void wait_for_connection() noexcept;
    /// Now it connects.
    void connect() noexcept;
    /// Now it waits for the server.
    void read() noexcept;
    /// Now the caller's own code runs: that may take any time.
    void pause() noexcept;
    /// Ends the request as soon as it waits for something. Any fiber of the loop.
    void interrupt() noexcept;

    /// Whether run() ends its body. (If not, libcurl has to, with the times below.)
    bool in_force() const noexcept { return scope_ != nullptr; }
    /// What is left for this exchange; Duration::max(): no limit. Not below a millisecond.
    fibers::Duration time_left() const noexcept;
    /// The time to connect in.
    fibers::Duration connect_limit() const noexcept;

private:
    struct Attachment;

    void arm(fibers::TimePoint when, Reason reason) noexcept;

    ClientTimeout limits_;
    fibers::TimePoint total_at_;
    fibers::TimePoint connect_at_ = fibers::never;
    fibers::TimePoint exchange_at_ = fibers::never;
    fibers::Timeout* scope_ = nullptr;  // while run() runs in a task
    Reason reason_ = Reason::none;      // why it ends when the scope's time is over
};

/// Whether a task runs now: only there is something to cancel.
bool in_task() noexcept;

/// Lends the scope to the deadlines, and notes at the end whether its time was over.
struct Deadlines::Attachment {
    Attachment(Deadlines& owner, fibers::Timeout& scope, bool& expired) noexcept
        : deadlines(owner), was_over(expired) {
        deadlines.scope_ = &scope;
    }
    ~Attachment() {
        was_over = deadlines.scope_->expired();
        deadlines.scope_ = nullptr;
    }
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;

    Deadlines& deadlines;
    bool& was_over;
};

template <class Body, class Over>
auto Deadlines::run(Body&& body, Over over) {
    if (!in_task()) return std::forward<Body>(body)();
    bool expired = false;
    try {
        return fibers::timeout(fibers::Duration::max(), [&](fibers::Timeout& scope) {
            const Attachment attached(*this, scope, expired);
            return std::forward<Body>(body)();
        });
    } catch (const fibers::TimeoutError&) {
        if (expired) over(reason_);
        throw;  // the caller's own, out of a callback
    }
}

}  // namespace http
