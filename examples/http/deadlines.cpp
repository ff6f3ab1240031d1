// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "deadlines.hpp"

#include <algorithm>

namespace http {

namespace {

fibers::TimePoint now() noexcept {
    return std::chrono::time_point_cast<fibers::Duration>(std::chrono::steady_clock::now());
}

}  // namespace

bool in_task() noexcept try { return fibers::current_task().valid(); } catch (const fibers::RuntimeError&) {
    return false;
}

Deadlines::Deadlines(const ClientTimeout& limits)
    : limits_(limits), total_at_(fibers::deadline_after(now(), limits.total)) {}

// Once its time is over a scope cannot be moved: it ends what it is around.
void Deadlines::arm(fibers::TimePoint when, Reason reason) noexcept {
    if (!in_force() || scope_->expired() || reason_ == Reason::interrupted) return;
    const auto earliest = std::min({when, exchange_at_, total_at_});
    reason_ = earliest == total_at_ ? Reason::total : earliest == exchange_at_ ? Reason::exchange : reason;
    scope_->reschedule(earliest);
}

void Deadlines::wait_for_connection() noexcept {
    connect_at_ = fibers::deadline_after(now(), limits_.connect);
    exchange_at_ = fibers::never;
    arm(connect_at_, Reason::connect);
}

void Deadlines::connect() noexcept {
    exchange_at_ = fibers::deadline_after(now(), limits_.exchange);
    const auto sock_connect_at = fibers::deadline_after(now(), limits_.sock_connect);
    sock_connect_at < connect_at_ ? arm(sock_connect_at, Reason::sock_connect)
                                  : arm(connect_at_, Reason::connect);
}

void Deadlines::read() noexcept {
    arm(fibers::deadline_after(now(), limits_.sock_read), Reason::sock_read);
}

void Deadlines::pause() noexcept {
    if (in_force() && !scope_->expired() && reason_ != Reason::interrupted) scope_->reschedule(fibers::never);
}

void Deadlines::interrupt() noexcept {
    if (!in_force() || scope_->expired()) return;
    reason_ = Reason::interrupted;
    scope_->reschedule(fibers::Duration::zero());
}

fibers::Duration Deadlines::time_left() const noexcept {
    const auto end = std::min(exchange_at_, total_at_);
    if (end == fibers::never) return fibers::Duration::max();
    return std::max<fibers::Duration>(end - now(), std::chrono::milliseconds(1));
}

fibers::Duration Deadlines::connect_limit() const noexcept {
    return std::min(limits_.connect, limits_.sock_connect);
}

}  // namespace http
