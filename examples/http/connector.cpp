// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "connector.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace http {

namespace {

std::ptrdiff_t permits(std::size_t limit) {
    constexpr auto most = std::numeric_limits<std::ptrdiff_t>::max();
    return limit == 0 ? most : static_cast<std::ptrdiff_t>(limit);
}

}  // namespace

Connector::Connector(const SessionOptions& options, const CookieJar& jar)
    : options_(&options), jar_(&jar), limit_(permits(options.limit)) {}

// First the host's turn, then the one that counts for all: whoever waits for a busy host holds up nobody
// else.
Connector::Turn::Turn(Connector& connector, const std::string& origin) {
    if (const std::size_t limit = connector.options_->limit_per_host; limit != 0) {
        of_host_ =
            std::unique_lock(connector.limit_per_host_.try_emplace(origin, permits(limit)).first->second);
    }
    of_all_ = std::unique_lock(connector.limit_);
}

Connector::Lease::Lease(Connector& connector, const std::string& origin)
    : connector_(connector), origin_(origin), handle_(connector.take(origin)) {
    ++connector_.busy_;
    connector_.at_peak_ = std::max(connector_.at_peak_, connector_.busy_ + connector_.idle_.size());
}

Connector::Lease::~Lease() {
    --connector_.busy_;
    connector_.opened_ += static_cast<std::size_t>(handle_->connections_opened());
    if (connector_.closed_ || !handle_->is_open()) return;
    connector_.idle_.push_front({std::move(origin_), std::move(handle_), Clock::now()});
}

bool Connector::is_full() const noexcept {
    return options_->limit != 0 && busy_ + idle_.size() >= options_->limit;
}

void Connector::drop_old() {
    const auto oldest = Clock::now() - options_->keepalive_timeout;
    while (!idle_.empty() && idle_.back().since < oldest) idle_.pop_back();
}

// An idle connection to another origin gives way when there are as many as may be.
std::unique_ptr<Handle> Connector::take(const std::string& origin) {
    drop_old();
    const auto found =
        std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.origin == origin; });
    if (found != idle_.end()) {
        auto handle = std::move(found->handle);
        idle_.erase(found);
        return handle;
    }
    if (is_full() && !idle_.empty()) idle_.pop_back();
    return std::make_unique<Handle>(*options_, *jar_);
}

void Connector::close() noexcept {
    closed_ = true;
    idle_.clear();
}

ConnectionFigures Connector::figures() const noexcept {
    return {opened_, busy_ + idle_.size(), at_peak_};
}

}  // namespace http
