// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "session_state.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace http {

namespace {

constexpr const char* kWatcher = "watcher of an http session";

SessionOptions checked(SessionOptions options) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return options;
}

// Every task but those that watch sessions: only when they are gone can nobody close a session any more.
std::vector<fibers::AnyTask> other_tasks() {
    std::vector<fibers::AnyTask> others;
    for (auto& task : fibers::all_tasks()) {
        if (task.name() != kWatcher) others.push_back(task);
    }
    return others;
}

void wait_for_the_others() {
    for (auto others = other_tasks(); !others.empty(); others = other_tasks()) fibers::wait(others);
}

void report_unclosed(SessionState& state) {
    const auto open = state.connector().figures().open;
    fibers::report("Unclosed " + state.name() + ": the loop has ended and " + std::to_string(open) +
                   " connections were open; close() the session, or let its scope end, inside run()");
}

// Waits for the session's end. The end of the loop comes as a cancellation, to this task as to all that are
// left.
void watch(const std::weak_ptr<SessionState>& session, const std::shared_ptr<fibers::Event>& ended) {
    try {
        ended->wait();
    } catch (const fibers::CancelledError&) {
        fibers::shielded(wait_for_the_others);
        const auto state = session.lock();
        if (state && !state->closed()) {
            report_unclosed(*state);
            state->end();
        }
        throw;
    }
}

}  // namespace

SessionState::SessionState(SessionOptions options, const fibers::SourceLocation& where)
    : options_(checked(std::move(options))),
      name_(std::string("session, made at ") + where.file_name() + ":" + std::to_string(where.line())),
      names_(options_.addresses),
      connector_(options_, jar_) {
    if (!options_.verify) {
        fibers::report("Warning: the " + name_ +
                       ", believes any certificate (verify = false): somebody else may " +
                       "be listening; name the certificates to trust with ca_file instead");
    }
}

SessionState::Running::Running(SessionState& state, Deadlines& deadlines)
    : state_(state), deadlines_(deadlines) {
    if (state_.closed_) {
        throw fibers::RuntimeError("Session is closed: the " + state_.name() +
                                   "; make the request before close(), or a new session");
    }
    state_.watch_loop();
    state_.running_.insert(&deadlines_);
}

SessionState::Running::~Running() {
    state_.running_.erase(&deadlines_);
    if (state_.running_.empty()) state_.nobody_runs_.set();
}

void SessionState::watch_loop() {
    if (ended_ || !in_task()) return;
    ended_ = std::make_shared<fibers::Event>();
    fibers::create_task([session = weak_from_this(), ended = ended_] { watch(session, ended); },
                        {.name = kWatcher});
}

void SessionState::end() noexcept {
    closed_ = true;
    for (Deadlines* const running : running_) running->interrupt();
    connector_.close();
    if (ended_) ended_->set();
}

void SessionState::wait_for_running() {
    while (!running_.empty()) {
        nobody_runs_.clear();
        nobody_runs_.wait();
    }
}

}  // namespace http
