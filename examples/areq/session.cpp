// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "endpoint.hpp"

namespace areq {

Session::Session(const Options& options)
    : options_(&options), names_(options), limit_(static_cast<std::ptrdiff_t>(options.limit)) {}

fibers::Semaphore& Session::limit_of(const std::string& origin) {
    // A host's connections are connections, so "no limit" means the limit for all.
    const std::size_t limit = options_->limit_per_host == 0 ? options_->limit : options_->limit_per_host;
    return limit_per_host_.try_emplace(origin, static_cast<std::ptrdiff_t>(limit)).first->second;
}

// A connection to this origin if one is idle, else a new handle; an idle connection to another origin gives
// way when there are as many as may be.
std::unique_ptr<Handle> Session::take_handle(const std::string& origin) {
    const auto found =
        std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.origin == origin; });
    if (found != idle_.end()) {
        auto handle = std::move(found->handle);
        idle_.erase(found);
        return handle;
    }
    if (busy_ + idle_.size() >= options_->limit && !idle_.empty()) idle_.pop_back();
    return std::make_unique<Handle>(*options_);
}

void Session::keep(std::string origin, std::unique_ptr<Handle> handle) {
    figures_.opened += static_cast<std::size_t>(handle->connections_opened());
    if (handle->is_open()) idle_.push_front({std::move(origin), std::move(handle)});
}

Response Session::get(const Url& url) {
    const std::string origin = url.origin();
    const Endpoint endpoint = endpoint_of(url);
    // First the host's turn, then the one that counts for all: whoever waits for a busy host holds up nobody
    // else.
    const std::unique_lock turn_of_host(limit_of(origin));
    const std::unique_lock turn(limit_);
    const std::string addresses =
        endpoint.is_numeric() ? std::string() : names_.addresses(endpoint.host, endpoint.port);

    auto handle = take_handle(origin);
    ++busy_;
    figures_.at_peak = std::max(figures_.at_peak, busy_ + idle_.size());
    // Whatever get() throws, the connection may be as good as before.
    struct Return {
        Session* session;
        std::string origin;
        std::unique_ptr<Handle> handle;
        ~Return() {
            --session->busy_;
            session->keep(std::move(origin), std::move(handle));
        }
    } lent{this, origin, std::move(handle)};
    return lent.handle->get(url, endpoint, addresses);
}

}  // namespace areq
