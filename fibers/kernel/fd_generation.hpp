// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How often each descriptor number has been closed, as a number alone does not tell one open file from the
// next; and how many loops watch it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace fibers::kernel {

// What is counted of one number.
struct FdCounts {
    std::atomic<std::uint32_t> closes{0};    // how often it was closed
    std::atomic<std::uint32_t> watchers{0};  // loops that have it registered
};
inline constexpr std::size_t fd_chunk_size = 4096;
using FdCountsChunk = std::array<FdCounts, fd_chunk_size>;
// 16 million numbers, 16 times Linux' default for fs.nr_open. Larger ones share: then a close may wake a
// stranger's waiter, which tries again.
extern constinit std::array<std::atomic<FdCountsChunk*>, 4096> fd_counts;

// The count for `fd`. Any thread; no lock, no allocation. In line: every patched call asks.
inline std::uint32_t fd_generation(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    const FdCountsChunk* const chunk =
        fd_counts[number / fd_chunk_size % fd_counts.size()].load(std::memory_order_acquire);
    return chunk ? (*chunk)[number % fd_chunk_size].closes.load(std::memory_order_acquire) : 0;
}
// Counts one close. Any thread. Allocates at the first use of each range of 4096 numbers.
void bump_fd_generation(int fd) noexcept;
// How many loops have `fd` registered. Any thread.
std::uint32_t fd_watchers(int fd) noexcept;
// Counts one more or one less. Any thread.
void add_fd_watcher(int fd, int change) noexcept;

}  // namespace fibers::kernel
