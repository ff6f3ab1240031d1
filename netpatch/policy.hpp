// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Cooperative or straight through, and what is counted of it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "fibers/kernel/park.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "netpatch/libc.hpp"

namespace netpatch {
struct Groups;
}

namespace netpatch::policy {

using fibers::kernel::Fiber;
using fibers::kernel::this_fiber;

// A bit for each patched group. Only ever grows.
extern constinit std::atomic<std::uint32_t> patched_groups;

// The innermost signal handler on this thread's stack.
struct HandlerMark {
    const void* frame =
        nullptr;  // an address in the frame of the function that calls it; null: there is none
    const Fiber* fiber = nullptr;  // that was interrupted
};
extern constinit thread_local HandlerMark running_handler [[gnu::tls_model("initial-exec")]];
// Whether the handler that was noted still runs: it may have been left by siglongjmp.
bool still_in_handler() noexcept;
// Calls in a handler go straight through.
inline bool in_handler() noexcept {
    return running_handler.frame != nullptr && still_in_handler();
}

// Whether RWF_NOWAIT is tried before O_NONBLOCK is flipped: NETPATCH_NOWAIT=0 in the environment forces the
// flip.
extern constinit bool may_use_nowait;

constexpr std::uint32_t bit(Group group) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(group);
}

// The bits of those that are on.
std::uint32_t bits(const Groups& groups) noexcept;

inline bool patched(Group group) noexcept {
    return (patched_groups.load(std::memory_order_relaxed) & bit(group)) != 0;
}

// Whether a call of `fiber`, the running one, is ours to answer.
inline bool cooperates(const Fiber& fiber, Group group) noexcept {
    return patched(group) && fiber.passthrough == 0 && !in_handler();
}
// The same for calls that come to us on every thread.
inline bool cooperates(Group group) noexcept {
    return this_fiber && cooperates(*this_fiber, group);
}

// How many calls in a row may succeed without letting others run.
inline constexpr std::uint32_t budget = 128;
// For calls that could have waited and did not: gives way when the budget is spent. errno is kept.
inline void spend_budget() {
    Fiber* const self = this_fiber;  // null in a child forked in the midst of the call
    if (self && self->budget >= budget) [[unlikely]] {
        fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
    }
}

// One function's calls, on one thread.
struct Count {
    std::atomic<std::uint64_t> passed{0};  // returned without letting others run
    std::atomic<std::uint64_t> waited{0};  // let others run
};
using Counts = std::array<Count, symbol_count>;

// This thread's counts; null before its first counted call.
extern constinit thread_local Counts* thread_counts [[gnu::tls_model("initial-exec")]];
// Makes them. They outlive the thread, and another may take them over.
Counts& make_thread_counts() noexcept;
// Over all threads.
void add_up(std::array<std::uint64_t, symbol_count>& passed, std::array<std::uint64_t, symbol_count>& waited);
// Lookups that went to libc because their thread runs no fiber.
extern constinit std::atomic<std::uint64_t> foreign_lookups;

// Counts one call of a fiber. The budget tells whether it let others run: every call raises it, and the door
// clears it.
class Counted {
public:
    Counted(Fiber& fiber, Symbol symbol) noexcept : fiber_(fiber), symbol_(symbol) { ++fiber_.budget; }
    ~Counted() {
        Counts& counts = thread_counts ? *thread_counts : make_thread_counts();
        Count& count = counts[static_cast<std::size_t>(symbol_)];
        auto& kind = fiber_.budget == 0 ? count.waited : count.passed;
        kind.store(kind.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    Fiber& fiber_;
    Symbol symbol_;
};

}  // namespace netpatch::policy
