// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Signal handlers. Each is installed behind a wrapper, which notes that a handler runs (calls in it go
// straight through) and, if it was installed without SA_RESTART, interrupts one fiber's waiting call: the
// loop's own wait swallows EINTR, and the program counts on it.
//
// Who gets EINTR is a choice: the oldest fiber that waits in a C call, so the main task if it does.
#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "fibers/kernel/park.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {
namespace {

using fibers::kernel::Fiber;
using fibers::kernel::Runnable;
using fibers::kernel::this_scheduler;
using Handler = void (*)(int, siginfo_t*, void*);

// What the user installed for one signal, behind the wrapper.
struct Installed {
    std::atomic<Handler> handler{nullptr};  // whatever it takes, it is called with three arguments
    std::atomic<int> flags{0};              // SA_*, as the user gave them
};
constinit std::array<Installed, NSIG> installed{};

// Asks the loop of this thread to interrupt a fiber. One request serves all signals that come before it is
// met.
struct Interruption : Runnable {
    constexpr Interruption() noexcept : Runnable(&Interruption::run_on_loop) {}
    static void run_on_loop(Runnable& self) noexcept;
    std::uint64_t posted_to = 0;  // the scheduler's serial; 0: not posted. One that ended never met it
};
constinit thread_local Interruption interruption [[gnu::tls_model("initial-exec")]];

void Interruption::run_on_loop(Runnable& self) noexcept {
    static_cast<Interruption&>(self).posted_to = 0;
    Fiber* oldest = nullptr;
    for (Fiber* fiber = this_scheduler->fibers(); fiber; fiber = fiber->following) {
        const bool waits = fiber->wait && fiber->wait->interruptible();
        if (waits && (!oldest || fiber->id < oldest->id)) oldest = fiber;
    }
    if (oldest) fibers::kernel::unpark(*oldest, fibers::kernel::Wake::interrupted);
}

void interrupt_a_fiber() noexcept {
    if (!this_scheduler || interruption.posted_to == this_scheduler->serial()) return;
    interruption.posted_to = this_scheduler->serial();
    this_scheduler->post(interruption);
}

void wrapper(int number, siginfo_t* info, void* context) {
    const policy::HandlerMark outer = policy::running_handler;
    policy::running_handler = {__builtin_frame_address(0), policy::this_fiber};
    const Installed& user = installed[static_cast<std::size_t>(number)];
    if (const Handler handler = user.handler.load(std::memory_order_acquire)) handler(number, info, context);
    policy::running_handler = outer;
    const int saved = errno;
    if (!(user.flags.load(std::memory_order_relaxed) & SA_RESTART)) interrupt_a_fiber();
    errno = saved;
}

// Signals whose handlers we stand behind. Those of faults belong to the code that faulted.
bool is_wrapped(int number) noexcept {
    switch (number) {
        case SIGSEGV:
        case SIGBUS:
        case SIGILL:
        case SIGFPE:
        case SIGTRAP:
        case SIGABRT:
        case SIGSYS:
            return false;
        default:
            return number > 0 && number < NSIG;
    }
}

bool is_function(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) || (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

bool is_wrapper(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) && action.sa_sigaction == &wrapper;
}

// What the kernel has, as the user gave it.
struct sigaction as_given(struct sigaction action, Handler handler, int flags) noexcept {
    if (!is_wrapper(action)) return action;
    action.sa_flags = (action.sa_flags & ~SA_SIGINFO) | (flags & SA_SIGINFO);
    action.sa_sigaction = handler;  // the same place as sa_handler
    return action;
}

}  // namespace

namespace calls {

int sigaction(int number, const struct sigaction* action, struct sigaction* old) {
    if (!is_wrapped(number)) return libc::sigaction(number, action, old);
    Installed& user = installed[static_cast<std::size_t>(number)];
    const Handler handler_before = user.handler.load(std::memory_order_relaxed);
    const int flags_before = user.flags.load(std::memory_order_relaxed);
    struct sigaction ours {};
    if (action && is_function(*action)) {
        ours = *action;
        user.flags.store(action->sa_flags, std::memory_order_relaxed);
        user.handler.store(action->sa_sigaction, std::memory_order_release);
        ours.sa_flags |= SA_SIGINFO;
        ours.sa_sigaction = &wrapper;
        action = &ours;
    }
    struct sigaction before {};
    if (libc::sigaction(number, action, &before) != 0) {
        user.flags.store(flags_before, std::memory_order_relaxed);
        user.handler.store(handler_before, std::memory_order_release);
        return -1;
    }
    if (old) *old = as_given(before, handler_before, flags_before);
    return 0;
}

sighandler_t signal(int number, sighandler_t handler) {
    struct sigaction action {};
    struct sigaction old {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    if (handler == SIG_ERR || sigaddset(&action.sa_mask, number) != 0) {
        errno = EINVAL;
        return SIG_ERR;
    }
    return calls::sigaction(number, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

}  // namespace calls
}  // namespace netpatch
