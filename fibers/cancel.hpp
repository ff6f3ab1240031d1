// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Cancellation, as the code that is cancelled sees it.
#pragma once

#include <utility>

#include "fibers/error.hpp"
#include "fibers/kernel/park.hpp"

namespace fibers {

// Throws CancelledError if this fiber's last suspension point answered a cancellation with ECANCELED instead
// of throwing it. Called where the body of a timeout, a wait_for, a TaskGroup or a task ends. Never suspends;
// nothing outside a fiber. `cause`: an exception the body ended with, kept as CancelledError::cause().
void deliver_answered_cancellation(std::exception_ptr cause = {});

namespace kernel {

// Throws the CancelledError of the running fiber, with its message.
[[noreturn]] void throw_cancelled();
// What most suspension points do with park()'s result.
inline void throw_if_cancelled(Wake wake) {
    if (wake == Wake::cancelled) throw_cancelled();
}
// The fiber that runs now. Throws RuntimeError("no running event loop") outside one.
Fiber& running_fiber();

// Holds cancellations off while it lives.
class Shield {
public:
    Shield() : fiber_(this_fiber_or_null()) {
        if (fiber_) ++fiber_->shields;
    }
    ~Shield() {
        if (fiber_) --fiber_->shields;
    }
    Shield(const Shield&) = delete;
    Shield& operator=(const Shield&) = delete;

private:
    static Fiber* this_fiber_or_null() noexcept;
    Fiber* fiber_;
};

}  // namespace kernel

// Runs f() with cancellations held off: they stay pending until after it. For destructors and noexcept
// functions that wait, in which a CancelledError would terminate the program. Suspends if f does. Returns
// what f returns.
template <class F>
decltype(auto) shielded(F&& f) {
    kernel::Shield shield;
    return std::forward<F>(f)();
}

}  // namespace fibers
