// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/park.hpp"

#include <utility>

#include "fibers/kernel/scheduler.hpp"

namespace fibers::kernel {
namespace {

// The cancellation reaches the fiber through this wait. Several cancel() calls before that are one delivery.
Wake take_cancellation(Fiber& self, OnCancel on_cancel) noexcept {
    self.cancel_pending = false;
    self.cancel_answered = on_cancel == OnCancel::answers;
    return Wake::cancelled;
}

// Cancellation never arrives while the stack unwinds: throwing then would terminate the program.
bool may_cancel(const Fiber& self, OnCancel on_cancel) noexcept {
    return on_cancel != OnCancel::ignores && self.shields == 0 && self.context.exceptions->uncaught == 0;
}

}  // namespace

void Wait::Alarm::ring(Timer& timer) noexcept {
    unpark(*static_cast<Alarm&>(timer).wait.fiber_, Wake::timed_out);
}

Wake park(Wait& wait, TimePoint deadline) {
    Fiber& self = *this_fiber;
    wait.fiber_ = &self;
    wait.granted_ = false;
    wait.cancellable_ = may_cancel(self, wait.on_cancel_);
    if (wait.cancellable_ && (self.cancel_pending || self.cancel_answered)) [[unlikely]] {
        const bool pending = std::exchange(self.cancel_pending, false);
        if (!pending || !wait.forward_cancel(self.cancel_message)) {
            wait.unlink();
            // As in asyncio it arrives in a later turn of the loop; who was told ECANCELED is to get out at
            // once.
            if (wait.on_cancel_ == OnCancel::throws && !self.cancel_answered) to_end_of_ready_queue(self);
            return take_cancellation(self, wait.on_cancel_);
        }
    }
    if (deadline != never) {
        try {
            self.scheduler.timers().add(wait.alarm_, deadline);
        } catch (...) {
            wait.unlink();
            throw;
        }
    }
    self.wait = &wait;
    self.state = FiberState::parked;
    self.budget = 0;
    self.scheduler.switch_out(self);
    if (self.cancel_pending && wait.cancellable_) [[unlikely]] {
        wait.granted_ = self.wake == Wake::ready;
        return take_cancellation(self, wait.on_cancel_);
    }
    return self.wake;
}

bool unpark(Fiber& fiber, Wake why) noexcept {
    if (fiber.state != FiberState::parked) return false;
    Wait& wait = *fiber.wait;
    if (wait.alarm_.armed()) fiber.scheduler.timers().remove(wait.alarm_);
    if (why != Wake::ready) wait.unlink();
    fiber.wait = nullptr;
    fiber.wake = why;
    fiber.state = FiberState::ready;
    fiber.scheduler.make_ready(fiber);
    return true;
}

void request_cancel(Fiber& fiber, const std::string& message) {
    fiber.cancel_message = message;
    if (fiber.state != FiberState::parked || !fiber.wait->cancellable_) {
        fiber.cancel_pending = true;
        return;
    }
    Wait& wait = *fiber.wait;
    if (wait.forward_cancel(message)) return;
    take_cancellation(fiber, wait.on_cancel_);
    unpark(fiber, Wake::cancelled);
}

Wake take_due_cancellation(Fiber& self, OnCancel on_cancel) noexcept {
    return may_cancel(self, on_cancel) ? take_cancellation(self, on_cancel) : Wake::ready;
}

}  // namespace fibers::kernel
