// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/signals.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace fibers::detail {
namespace {

// Whose handler it is: at most one, that of the main thread's loop.
std::atomic<InterruptScope*> current_scope{nullptr};
static_assert(std::atomic<InterruptScope*>::is_always_lock_free, "read in a signal handler");

}  // namespace

InterruptScope::InterruptScope(kernel::Poller& to_wake) noexcept : to_wake_(to_wake) {
    struct sigaction old {};
    if (::gettid() != ::getpid() || ::sigaction(SIGINT, nullptr, &old) != 0) return;
    if ((old.sa_flags & SA_SIGINFO) || old.sa_handler != SIG_DFL) return;
    struct sigaction ours {};
    ours.sa_handler = &InterruptScope::on_signal;
    ours.sa_flags = SA_RESTART;  // no system call of the program's shall see it
    sigemptyset(&ours.sa_mask);
    current_scope.store(this);
    active_ = ::sigaction(SIGINT, &ours, nullptr) == 0;
}

void InterruptScope::close() noexcept {
    if (!std::exchange(active_, false)) return;
    struct sigaction now {};
    if (::sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == &InterruptScope::on_signal) {
        std::signal(SIGINT, SIG_DFL);
    }
    current_scope.store(nullptr);
}

void InterruptScope::on_signal(int signal) noexcept {
    const int saved = errno;
    InterruptScope* const scope = current_scope.load();
    if (scope && !scope->interrupted_.exchange(true)) {
        scope->to_wake_.wake();
    } else {
        std::signal(signal, SIG_DFL);
        ::raise(signal);  // takes effect when this handler returns
    }
    errno = saved;
}

}  // namespace fibers::detail
