// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a fiber that overflows its stack dies with: which fiber, how large its stack was, where it was
// created.
#pragma once

#include "fibers/kernel/stack.hpp"

namespace fibers::kernel {

// The stacks of this thread that no scheduler knows of (fibers::Fiber's); null: none.
extern constinit thread_local const StackPool* bare_stacks [[gnu::tls_model("initial-exec")]];

// Makes SIGSEGV and SIGBUS of this thread run on a stack of their own (unless it has one) and, for the
// process, installs the handler that explains overflows; faults elsewhere go to the handler that was there
// before. Never throws.
void install_overflow_handler() noexcept;

// Takes this thread's signal stack away again, if install_overflow_handler gave it one.
void remove_signal_stack() noexcept;

}  // namespace fibers::kernel
