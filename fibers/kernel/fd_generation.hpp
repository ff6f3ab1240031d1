// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How often each descriptor number has been closed, as a number alone does not tell one open file from the
// next; and how many loops watch it.
#pragma once

#include <atomic>
#include <cstdint>

namespace fibers::kernel {

// What is counted of one number.
struct FdCounts {
    std::atomic<std::uint32_t> closes{0};    // how often it was closed
    std::atomic<std::uint32_t> watchers{0};  // loops that have it registered

    std::uint32_t generation() const noexcept { return closes.load(std::memory_order_acquire); }
};

// The counts of `fd`, which stay where they are; null without memory. Any thread; allocates at the first use
// of each range of 4096 numbers. Numbers beyond 16 million, 16 times Linux' default for fs.nr_open, share:
// then a close of one may end a wait for the other, as if that had been closed.
FdCounts* fd_counts(int fd) noexcept;
// How often `fd` was closed. Any thread.
std::uint32_t fd_generation(int fd) noexcept;
// Counts one close. Any thread.
void bump_fd_generation(int fd) noexcept;
// How many loops have `fd` registered. Any thread.
std::uint32_t fd_watchers(int fd) noexcept;
// Counts one more or one less. Any thread.
void add_fd_watcher(int fd, int change) noexcept;

}  // namespace fibers::kernel
