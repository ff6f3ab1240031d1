// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop.hpp"

#include "fibers/error.hpp"
#include "fibers/loop_fds.hpp"
#include "fibers/loop_signals.hpp"

namespace fibers {

using detail::FdCallbacks;
using detail::SignalCallbacks;
using kernel::Direction;

void Loop::add_reader(int fd, std::function<void()> f) const {
    state_->open().part<FdCallbacks>().set(fd, Direction::read, std::move(f));
}

void Loop::add_writer(int fd, std::function<void()> f) const {
    state_->open().part<FdCallbacks>().set(fd, Direction::write, std::move(f));
}

bool Loop::remove_reader(int fd) const {
    return state_->open().part<FdCallbacks>().remove(fd, Direction::read);
}

bool Loop::remove_writer(int fd) const {
    return state_->open().part<FdCallbacks>().remove(fd, Direction::write);
}

void Loop::add_signal_handler(int number, std::function<void()> f) const {
    state_->open().part<SignalCallbacks>().set(number, std::move(f));
}

bool Loop::remove_signal_handler(int number) const {
    return state_->open().part<SignalCallbacks>().remove(number);
}

Loop get_running_loop() {
    detail::LoopState* const state =
        kernel::this_scheduler ? detail::LoopState::of(*kernel::this_scheduler) : nullptr;
    if (!state) throw RuntimeError("no running event loop: call this inside fibers::run()");
    return Loop(state->shared_from_this());
}

}  // namespace fibers
