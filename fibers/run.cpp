// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/run.hpp"

#include <string>

#include "fibers/debug/mode.hpp"
#include "fibers/error.hpp"
#include "fibers/report.hpp"
#include "fibers/terminate.hpp"

namespace fibers {
namespace detail {

void check_no_running_loop(const char* called, const LoopState* loop) {
    if (!kernel::this_scheduler) return;
    if (loop && LoopState::of(*kernel::this_scheduler) == loop) {
        throw RuntimeError("This event loop is already running: you are in it, just call the function");
    }
    throw RuntimeError(std::string(called) +
                       " cannot be called from a running event loop: you are in it already, just call the "
                       "function");
}

void settle(LoopState& loop) {
    loop.enter();
    loop.leave();
}

void run_until_complete(LoopDriver& driver, FutureState& main) {
    driver.run_until_done(main);
    try {
        driver.throw_deadlock();
    } catch (...) {
        main.set_observed();
        throw;
    }
    if (!main.done()) throw RuntimeError("Event loop stopped before Future completed.");
}

}  // namespace detail

Loop new_event_loop(LoopOptions options) {
    detail::install_terminate_handler();
    return Loop(std::make_shared<detail::LoopState>(options));
}

void Loop::run_forever() const {
    detail::check_no_running_loop("Loop::run_forever()", state_.get());
    detail::LoopDriver driver(state_);
    driver.run_forever();
    driver.throw_deadlock();
}

void Loop::close() const {
    if (state_->closed()) return;
    if (state_->running()) throw RuntimeError("Cannot close a running event loop");
    if (!state_->given_up) detail::abandon_tasks(state_->scheduler());
    state_->close();
}

void Loop::set_debug(bool enabled) const {
    detail::set_debug(state_->open(), enabled);
}

bool Loop::get_debug() const {
    return detail::debug(state_->open());
}

void Loop::set_slow_callback_duration(Duration duration) const {
    detail::slow_callback_duration(state_->open()) = duration;
}

Duration Loop::slow_callback_duration() const {
    return detail::slow_callback_duration(state_->open());
}

Runner::Runner(RunOptions options)
    : options_(std::move(options)),
      loop_(new_event_loop({options_.clock, options_.method, options_.base})),
      driver_(loop_.shared_state()) {
    if (options_.debug.value_or(detail::debug_by_environment())) loop_.set_debug(true);
}

Runner::~Runner() {
    if (loop_.is_closed()) return;  // or a forked child's, which has none
    try {
        close();
    } catch (const RuntimeError& e) {
        report(std::string("a Runner was destroyed where it cannot end its tasks: ") + e.what());
        loop_.close();
    }
}

void Runner::check_can_run() const {
    if (loop_.is_closed()) throw RuntimeError("Runner is closed");
    detail::check_no_running_loop("Runner::run()");
    detail::settle(loop_.state());
}

void Runner::complete(detail::FutureState& main) {
    driver_.run_until_done(main, true);
}

void Runner::check(detail::FutureState& main) {
    try {
        driver_.throw_deadlock();
    } catch (...) {
        main.set_observed();
        throw;
    }
    if (driver_.interrupted()) throw KeyboardInterrupt();
    if (!main.done()) throw RuntimeError("Event loop stopped before Future completed.");
}

Loop Runner::get_loop() const {
    if (loop_.is_closed()) throw RuntimeError("Runner is closed");
    return loop_;
}

void Runner::close() {
    if (loop_.is_closed()) return;
    detail::check_no_running_loop("Runner::close()");
    driver_.shut_down();
    loop_.close();
}

}  // namespace fibers
