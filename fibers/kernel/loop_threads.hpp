// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Debug mode's list of which loop runs on which thread, by which it refuses what another thread must not do.
#pragma once

#include <atomic>
#include <cstdint>

namespace fibers::kernel {

// How many loops are in the list: while it is 0, nobody looks.
extern constinit std::atomic<int> loops_in_list;

// The loop of that serial begins, and ends, to run on this thread. Throws std::bad_alloc.
void list_loop(std::uint64_t serial);
void unlist_loop(std::uint64_t serial) noexcept;

// Throws RuntimeError if that loop stands in the list with another thread.
void refuse_other_thread(std::uint64_t serial);

// The check of every call that only the loop's thread may make.
inline void check_thread(std::uint64_t serial) {
    if (loops_in_list.load(std::memory_order_relaxed) > 0) [[unlikely]]
        refuse_other_thread(serial);
}

}  // namespace fibers::kernel
