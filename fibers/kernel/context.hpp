// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Create, switch, finish an execution context, keeping what a function may rely on: the callee-saved
// registers (Boost's jump), errno, the C++ exception state, and what sanitizers need to be told.
//
// The exception state is the pair behind __cxa_get_globals(): the stack of caught exceptions and the count of
// uncaught ones. A jump alone leaves it with the thread, so that a fiber that sleeps in a `catch` block would
// let the next fiber's `throw;` rethrow a stranger's exception. Its layout is fixed by the Itanium C++ ABI.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cerrno>
#include <cstddef>

#include "fibers/kernel/sanitizer.hpp"

namespace fibers::kernel {

// The C++ runtime's per-thread exception state, as the ABI lays it out.
struct ExceptionState {
    void* caught = nullptr;     // exceptions being handled, innermost first
    unsigned int uncaught = 0;  // what std::uncaught_exceptions() says
};

// This thread's exception state. Its address never changes while the thread lives.
ExceptionState& exception_state() noexcept;

// One execution context that is not running, or the place to save the running one.
struct Context {
    boost::context::detail::fcontext_t where = nullptr;  // the saved registers, on the context's own stack
    ExceptionState* exceptions = nullptr;                // the thread's; contexts never migrate
    Context* next = nullptr;                             // whom it was left for
    void (*entry)(void* argument) = nullptr;             // what it runs first
    void* argument = nullptr;                            // handed to entry
    sanitizer::State sanitizer_state;                    // what sanitizers know of it
};

// Makes `context` stand for what runs now on the thread's own stack.
void adopt_thread(Context& context) noexcept;

// Prepares `context` to run entry(argument) on [bottom, top) when it is first switched to. entry must not
// return: it ends in finish_context.
void prepare(Context& context, void* bottom, void* top, void* tsan_fiber, void (*entry)(void* argument),
             void* argument) noexcept;

// Leaves `from`, which is running, for `to`; returns when somebody switches back. In line, because a jump out
// of a called function spoils the processor's guess of where the caller returns to.
[[gnu::always_inline]] inline void switch_context(Context& from, Context& to,
                                                  bool finishing = false) noexcept {
    const int saved_errno = errno;
    const ExceptionState saved = *from.exceptions;
    from.next = &to;
    sanitizer::before_switch(from.sanitizer_state, to.sanitizer_state, finishing);
    const auto came = boost::context::detail::jump_fcontext(to.where, &from);
    auto& left = *static_cast<Context*>(came.data);
    left.where = came.fctx;
    sanitizer::after_switch(from.sanitizer_state, left.sanitizer_state);
    *from.exceptions = saved;
    errno = saved_errno;
}

// Leaves `from` for ever. Its stack may be reused as soon as `to` runs.
[[noreturn]] inline void finish_context(Context& from, Context& to) noexcept {
    switch_context(from, to, true);
    __builtin_unreachable();
}

}  // namespace fibers::kernel
