// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/policy.hpp"

#include <sys/mman.h>

#include "netpatch/netpatch.hpp"

namespace netpatch::policy {

constinit std::atomic<std::uint32_t> patched_groups{0};
constinit thread_local HandlerMark running_handler{};
constinit thread_local Counts* thread_counts = nullptr;
constinit bool may_use_nowait = true;
constinit std::atomic<std::uint64_t> foreign_lookups{0};

namespace {

// Counts with their place in the list of all. Never freed: what an ended thread counted still counts.
struct Block {
    Counts counts;
    std::atomic<bool> taken{true};  // by a living thread
    Block* next = nullptr;
};

constinit std::atomic<Block*> blocks{nullptr};

// Gives the block back when its thread ends.
struct Lease {
    ~Lease() {
        thread_counts = nullptr;
        if (block) block->taken.store(false, std::memory_order_release);
    }
    Block* block = nullptr;
};
thread_local Lease lease;

Block* take_left_one() noexcept {
    for (Block* block = blocks.load(std::memory_order_acquire); block; block = block->next) {
        bool free = false;
        if (block->taken.compare_exchange_strong(free, true)) return block;
    }
    return nullptr;
}

Block* make_block() noexcept {
    void* const memory =
        ::mmap(nullptr, sizeof(Block), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    auto* block = ::new (memory) Block;
    block->next = blocks.load(std::memory_order_relaxed);
    while (!blocks.compare_exchange_weak(block->next, block, std::memory_order_release)) {
    }
    return block;
}

}  // namespace

std::uint32_t bits(const Groups& groups) noexcept {
    const std::array<bool, 11> switches{groups.socket,  groups.dns,   groups.time,   groups.select,
                                        groups.process, groups.stdio, groups.signal, groups.locks,
                                        groups.files,   groups.tty,   groups.threads};
    std::uint32_t wanted = 0;
    for (std::size_t i = 0; i < switches.size(); ++i) {
        if (switches[i]) wanted |= bit(static_cast<Group>(i));
    }
    return wanted;
}

bool still_in_handler() noexcept {
    // A handler runs deeper on the stack than the code it interrupted, and cannot change fibers.
    const bool deeper = __builtin_frame_address(0) < running_handler.frame;
    if (deeper && this_fiber == running_handler.fiber) return true;
    running_handler = {};
    return false;
}

Counts& make_thread_counts() noexcept {
    static Counts nobodys;  // without memory, counts are the first thing to give up
    Block* block = take_left_one();
    if (!block) block = make_block();
    if (!block) return nobodys;
    lease.block = block;
    thread_counts = &block->counts;
    return block->counts;
}

void add_up(std::array<std::uint64_t, symbol_count>& passed,
            std::array<std::uint64_t, symbol_count>& waited) {
    for (Block* block = blocks.load(std::memory_order_acquire); block; block = block->next) {
        for (std::size_t i = 0; i < symbol_count; ++i) {
            passed[i] += block->counts[i].passed.load(std::memory_order_relaxed);
            waited[i] += block->counts[i].waited.load(std::memory_order_relaxed);
        }
    }
}

}  // namespace netpatch::policy
