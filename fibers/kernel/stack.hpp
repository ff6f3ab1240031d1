// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Guarded, pooled, coloured stacks.
//
// Stacks are carved out of large arenas, so that a million of them are a few mappings. Below each lie 64 KiB
// of guard (one page would be jumped by a large buffer), installed by MADV_GUARD_INSTALL (Linux 6.13), which
// splits no mapping, or by mprotect, which does: then vm.max_map_count is the limit, and reaching it is an
// error, never a stack without a guard. A finished stack goes to the head of its pool: the next fiber finds
// its pages present and warm. Colour: the stride is no power of two and tops are shifted by 0-15 cache lines,
// or all tops would fall into the same few cache sets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fibers::kernel {

// How the guard below a stack is made.
enum class StackGuard : std::uint8_t {
    madvise,   // MADV_GUARD_INSTALL: no mapping is split
    mprotect,  // PROT_NONE pages: works everywhere, two mappings a stack
};

// Address space below each stack that faults when touched.
inline constexpr std::size_t stack_guard_size = 64 * 1024;
// Usable bytes of a stack unless asked otherwise: with its guard, 256 KiB of address space. Pages are taken
// only when touched.
inline constexpr std::size_t default_stack_size = 192 * 1024;

// One stack. Stands at the stack's own top, so it costs no memory of its own.
struct Stack {
    char* bottom;          // lowest usable address; the guard ends here
    std::size_t size;      // usable bytes, from bottom to the end of this record
    Stack* next_free;      // in its pool, while no fiber runs on it
    void* tsan_fiber;      // TSan's context, pooled with the stack: making one is dear
    unsigned valgrind_id;  // Valgrind's number for the stack
    unsigned uses;         // fibers that have run on it
    // Where frames and records may begin, growing down.
    char* top() noexcept { return reinterpret_cast<char*>(this); }
};

// The stacks of one thread. Not thread-safe; each loop has its own.
class StackPool {
public:
    StackPool();
    ~StackPool();
    StackPool(const StackPool&) = delete;
    StackPool& operator=(const StackPool&) = delete;

    // A guarded stack of at least `size` usable bytes. Throws ResourceError, saying what to raise, when the
    // system gives no more; std::invalid_argument for a size no stack can have.
    Stack& acquire(std::size_t size);
    // Takes it back. The caller may still be running on it until it switches away.
    void release(Stack& stack) noexcept;

    // Which way of guarding is in use: FIBERS_STACK_GUARD=madvise|mprotect forces one, otherwise the kernel
    // is asked.
    StackGuard guard() const noexcept { return guard_; }
    // The stack whose guard holds `address`, or null. Async-signal-safe.
    const Stack* guarding(const void* address) const noexcept;
    // Bytes of address space reserved so far.
    std::size_t reserved() const noexcept;

private:
    struct Arena {
        char* base;          // lowest address
        std::size_t length;  // bytes
        std::size_t stride;  // from one stack's guard to the next one's
        std::size_t carved;  // bytes given out so far
        unsigned count;      // stacks given out so far
    };
    struct SizeClass {
        std::size_t stride;     // guard + usable bytes + one page
        Stack* free = nullptr;  // LIFO
        std::size_t arena = 0;  // index + 1 of the arena being carved; 0: none
        std::size_t stacks_in_next_arena = 16;
    };

    SizeClass& size_class(std::size_t stride);
    Stack& carve(SizeClass& sizes);
    void add_arena(SizeClass& sizes);
    void install_guard(char* base);

    std::vector<SizeClass> classes_;
    std::vector<Arena> arenas_;
    StackGuard guard_;
    std::size_t mprotect_budget_ = 0;  // stacks that mprotect may still guard
};

}  // namespace fibers::kernel
