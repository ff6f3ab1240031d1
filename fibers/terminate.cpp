// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/terminate.hpp"

#include <csignal>
#include <exception>

#include "fibers/error.hpp"
#include "fibers/report.hpp"
#include "fibers/task/any_task.hpp"

namespace fibers::detail {
namespace {

std::terminate_handler previous_handler = nullptr;

void explain_cancellation() {
    std::string who = "A fiber";
    if (kernel::this_fiber && kernel::this_fiber->task) {
        who = describe(static_cast<TaskRecord*>(kernel::this_fiber->task)->future);
    }
    report(who +
           " was cancelled where no exception may pass: in a destructor or a noexcept function. Let that "
           "wait inside "
           "fibers::shielded([&] { … }), which holds the cancellation off until after it.");
}

[[noreturn]] void end_as_interrupted() {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
    std::abort();
}

[[noreturn]] void on_terminate() {
    if (const std::exception_ptr error = std::current_exception()) {
        try {
            std::rethrow_exception(error);
        } catch (const CancelledError&) {
            explain_cancellation();
        } catch (const KeyboardInterrupt&) {
            end_as_interrupted();
        } catch (...) {  // the previous handler's business
        }
    }
    if (previous_handler) previous_handler();
    std::abort();
}

}  // namespace

void install_terminate_handler() noexcept {
    static const bool installed = [] {
        previous_handler = std::set_terminate(&on_terminate);
        return true;
    }();
    (void)installed;
}

}  // namespace fibers::detail
