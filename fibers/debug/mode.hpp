// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Debug mode, switched.
#pragma once

#include "fibers/clock.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

// Whether the environment asks for it: FIBERS_DEBUG set to anything but "" and "0".
bool debug_by_environment() noexcept;

// Switches one loop's debug mode. Loop's thread. Throws std::bad_alloc.
void set_debug(kernel::Scheduler& scheduler, bool on);
// Whether it is on.
bool debug(const kernel::Scheduler& scheduler) noexcept;
// From how long on a step is reported.
Duration& slow_callback_duration(kernel::Scheduler& scheduler);

// The loop is about to close: in debug mode, reports what should have been closed before.
void report_unclosed(kernel::Scheduler& scheduler);

}  // namespace fibers::detail
