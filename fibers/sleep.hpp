// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Letting time pass, and letting others run.
#pragma once

#include "fibers/cancel.hpp"
#include "fibers/clock.hpp"
#include "fibers/kernel/park.hpp"

namespace fibers {
namespace kernel {
// Sleeps until `deadline`; reports how it ended instead of throwing.
Wake sleep_until(TimePoint deadline, OnCancel on_cancel);
}  // namespace kernel

// Lets others run for `d`. Always suspends (a `d` of zero or less: once round the ready queue); notices
// cancellation. Any std::chrono duration. Throws CancelledError, std::invalid_argument for NaN, RuntimeError
// outside a fiber. Source: asyncio.sleep.
void sleep_for(Duration d);
template <class Rep, class Period>
void sleep(std::chrono::duration<Rep, Period> d) {
    sleep_for(to_duration(d));
}

// Lets every fiber that is ready run once. Always suspends; notices cancellation. Throws CancelledError,
// RuntimeError outside a fiber. Source: asyncio.sleep(0).
inline void yield() {
    if (!kernel::this_fiber) kernel::running_fiber();  // throws
    kernel::throw_if_cancelled(kernel::give_way());
}

}  // namespace fibers
