// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/debug/mode.hpp"

#include <cstdlib>
#include <string_view>

#include "fibers/debug/open_resources.hpp"
#include "fibers/debug/step_watch.hpp"

namespace fibers::detail {

bool debug_by_environment() noexcept {
    const char* const value = std::getenv("FIBERS_DEBUG");
    return value && *value && std::string_view(value) != "0";
}

void set_debug(kernel::Scheduler& scheduler, bool on) {
    auto& watch = scheduler.part<StepWatch>();
    scheduler.set_observer(on ? &watch : nullptr);
    if (!on) {
        watch.end_run();
    } else if (kernel::this_scheduler == &scheduler) {
        watch.begin_run();
    }
}

bool debug(const kernel::Scheduler& scheduler) noexcept {
    return scheduler.observer() != nullptr;
}

Duration& slow_callback_duration(kernel::Scheduler& scheduler) {
    return scheduler.part<StepWatch>().slow_callback_duration;
}

void report_unclosed(kernel::Scheduler& scheduler) {
    if (debug(scheduler)) scheduler.part<fibers::debug::OpenResources>().report_all();
}

}  // namespace fibers::detail
