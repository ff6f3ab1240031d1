// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How often each descriptor number has been closed, as a number alone does not tell one open file from the
// next; and how many loops watch it.
#pragma once

#include <cstdint>

namespace fibers::kernel {

// The count for `fd`. Any thread; no lock, no allocation.
std::uint32_t fd_generation(int fd) noexcept;
// Counts one close. Any thread. Allocates at the first use of each range of 4096 numbers.
void bump_fd_generation(int fd) noexcept;
// How many loops have `fd` registered. Any thread.
std::uint32_t fd_watchers(int fd) noexcept;
// Counts one more or one less. Any thread.
void add_fd_watcher(int fd, int change) noexcept;

}  // namespace fibers::kernel
