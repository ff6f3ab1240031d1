// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/error_context.hpp"

#include "fibers/kernel/scheduler.hpp"
#include "fibers/loop_state.hpp"
#include "fibers/report.hpp"
#include "fibers/task/exception_info.hpp"

namespace fibers {

std::string describe(const ErrorContext& context) {
    std::string text = context.message.empty() ? "Unhandled exception in event loop" : context.message;
    for (const std::string* const subject : {&context.task, &context.future, &context.handle}) {
        if (subject->empty() || text.find(*subject) != std::string::npos) continue;
        text += (text.ends_with('!') ? " " : ": ") + *subject;
    }
    if (!context.exception) return text;
    const std::string exception = detail::exception_text(context.exception);
    return text.find(exception) == std::string::npos ? text + ": " + exception : text;
}

void detail::report_error(const ErrorContext& context) noexcept {
    try {
        LoopState* const loop = kernel::this_scheduler ? LoopState::of(*kernel::this_scheduler) : nullptr;
        if (loop) return loop->call_exception_handler(context);
        report(describe(context));
    } catch (...) {
        report("Exception in default exception handler");
    }
}

}  // namespace fibers
