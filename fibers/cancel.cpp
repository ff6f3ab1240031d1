// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/cancel.hpp"

#include "fibers/kernel/scheduler.hpp"

namespace fibers {

void deliver_answered_cancellation(std::exception_ptr cause) {
    kernel::Fiber* self = kernel::this_fiber;
    if (!self || !self->cancel_answered || self->shields > 0) return;
    self->cancel_answered = false;
    CancelledError error(self->cancel_message);
    error.set_cause(std::move(cause));
    throw error;
}

namespace kernel {

void throw_cancelled() {
    throw CancelledError(this_fiber->cancel_message);
}

Fiber& running_fiber() {
    if (!this_fiber) throw RuntimeError("no running event loop: call this inside fibers::run()");
    return *this_fiber;
}

Fiber* Shield::this_fiber_or_null() noexcept {
    return this_fiber;
}

}  // namespace kernel
}  // namespace fibers
