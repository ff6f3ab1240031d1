// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/context.hpp"

#include <cxxabi.h>

namespace fibers::kernel {
namespace {

// The first frame of every context. Not noexcept: pthread_exit() inside a fiber unwinds through it.
void trampoline(boost::context::detail::transfer_t came) {
    auto& left = *static_cast<Context*>(came.data);
    left.where = came.fctx;
    Context& self = *left.next;
    sanitizer::after_switch(self.sanitizer_state, left.sanitizer_state);
    *self.exceptions = {};
    self.entry(self.argument);
    __builtin_unreachable();
}

}  // namespace

ExceptionState& exception_state() noexcept {
    return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
}

void adopt_thread(Context& context) noexcept {
    context.exceptions = &exception_state();
    context.sanitizer_state.tsan_fiber = sanitizer::current_tsan_fiber();
}

void prepare(Context& context, void* bottom, void* top, void* tsan_fiber, void (*entry)(void* argument),
             void* argument) noexcept {
    const auto size = static_cast<std::size_t>(static_cast<char*>(top) - static_cast<char*>(bottom));
    context.where = boost::context::detail::make_fcontext(top, size, &trampoline);
    context.entry = entry;
    context.argument = argument;
    context.sanitizer_state = {bottom, size, nullptr, tsan_fiber};
}

}  // namespace fibers::kernel
