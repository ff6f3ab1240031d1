// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What ASan and TSan need to be told when the stack changes under them. Empty without them. The fields that
// keep their state exist in every build, so that objects compiled with and without a sanitizer agree on
// layouts.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define FIBERS_ASAN_ 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBERS_ASAN_ 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define FIBERS_TSAN_ 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FIBERS_TSAN_ 1
#endif
#endif

#ifdef FIBERS_ASAN_
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef FIBERS_TSAN_
#include <sanitizer/tsan_interface.h>
extern "C" void __sanitizer_syscall_pre_impl_close(long fd);  // GCC ships no header for it
#endif

namespace fibers::kernel::sanitizer {

#ifdef FIBERS_TSAN_
inline constexpr bool tsan = true;
#else
inline constexpr bool tsan = false;
#endif
#ifdef FIBERS_ASAN_
inline constexpr bool asan = true;
#else
inline constexpr bool asan = false;
#endif

// `fd` is about to be closed by a bare system call, which TSan cannot see.
inline void before_close([[maybe_unused]] int fd) noexcept {
#ifdef FIBERS_TSAN_
    __sanitizer_syscall_pre_impl_close(fd);
#endif
}

// What the sanitizers know of one context.
struct State {
    const void* stack_bottom =
        nullptr;                 // lowest address of its stack; null until known (a thread's own stack)
    std::size_t stack_size = 0;  // in bytes
    void* fake_stack = nullptr;  // ASan's frames for use-after-return, while it is not running; itself: dead
    void* tsan_fiber = nullptr;  // TSan's context
};

// About to leave `from` for `to`; `finishing` if for ever.
inline void before_switch([[maybe_unused]] State& from, [[maybe_unused]] State& to,
                          [[maybe_unused]] bool finishing) noexcept {
#ifdef FIBERS_ASAN_
    if (finishing) from.fake_stack = &from;
    __sanitizer_start_switch_fiber(finishing ? nullptr : &from.fake_stack, to.stack_bottom, to.stack_size);
#endif
#ifdef FIBERS_TSAN_
    __tsan_switch_to_fiber(to.tsan_fiber, 0);
#endif
}

// Now running as `self`, having come from `left`. The frames of one that has ended are poisoned, so that who
// still refers to them (a detached task with `[&]`) is told, until another fiber takes the stack.
inline void after_switch([[maybe_unused]] State& self, [[maybe_unused]] State& left) noexcept {
#ifdef FIBERS_ASAN_
    const void* bottom = nullptr;
    std::size_t size = 0;
    __sanitizer_finish_switch_fiber(self.fake_stack, &bottom, &size);
    if (!left.stack_bottom) {
        left.stack_bottom = bottom;
        left.stack_size = size;
    }
    if (left.fake_stack == &left) __asan_poison_memory_region(left.stack_bottom, left.stack_size);
#endif
}

// The thread ends while it runs on another context's stack, and `self` is the thread's own.
inline void end_thread_as([[maybe_unused]] State& self) noexcept {
#ifdef FIBERS_TSAN_
    __tsan_switch_to_fiber(self.tsan_fiber, 0);
#endif
}

inline void* current_tsan_fiber() noexcept {
#ifdef FIBERS_TSAN_
    return __tsan_get_current_fiber();
#else
    return nullptr;
#endif
}

inline void* create_tsan_fiber() noexcept {
#ifdef FIBERS_TSAN_
    return __tsan_create_fiber(0);
#else
    return nullptr;
#endif
}

inline void destroy_tsan_fiber([[maybe_unused]] void* fiber) noexcept {
#ifdef FIBERS_TSAN_
    if (fiber) __tsan_destroy_fiber(fiber);
#endif
}

// What to use instead of `fiber` when its stack is taken for the `uses`th time. A fiber ends inside a few
// calls, which TSan's context remembers for ever: after some thousands of lives its list of calls would run
// over.
inline void* renew_tsan_fiber(void* fiber, [[maybe_unused]] unsigned uses) noexcept {
#ifdef FIBERS_TSAN_
    if (uses % 1024 == 0) {
        destroy_tsan_fiber(fiber);
        return create_tsan_fiber();
    }
#endif
    return fiber;
}

// The memory of a finished stack holds nobody's frames any more.
inline void forget_frames([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) noexcept {
#ifdef FIBERS_ASAN_
    __asan_unpoison_memory_region(bottom, size);
#endif
}

}  // namespace fibers::kernel::sanitizer

#undef FIBERS_ASAN_
#undef FIBERS_TSAN_
