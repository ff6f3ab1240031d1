// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// From descriptor numbers to what is known of them: global, atomic, the same for all threads. A number nobody
// asked about has no entry; what we make (socket, accept, pipe, dup) is entered at once, anything else is
// looked at on its first cooperative use.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "fibers/kernel/poller.hpp"
#include "netpatch/fd_table_description.hpp"

namespace netpatch::fd_table {

inline constexpr std::size_t chunk_size = 4096;
using Chunk = std::array<std::atomic<Description*>, chunk_size>;
// 16 million numbers, 16 times Linux' default for fs.nr_open. Larger ones have no entries: calls on them go
// straight through.
extern constinit std::array<std::atomic<Chunk*>, 4096> chunks;

// What is known of `fd`; null if nothing is.
inline Description* find(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    if (fd < 0 || number >= chunk_size * chunks.size()) return nullptr;
    const Chunk* const chunk = chunks[number / chunk_size].load(std::memory_order_acquire);
    return chunk ? (*chunk)[number % chunk_size].load(std::memory_order_acquire) : nullptr;
}

// Looks at the file behind `fd` and enters it; null if it is not open. Keeps errno.
Description* look_up(int fd) noexcept;

// What is known of `fd`, looking if need be.
inline Description* describe(int fd) noexcept {
    if (Description* known = find(fd)) [[likely]]
        return known;
    return look_up(fd);
}

// Enters a number that a call has just returned, with a fresh description for the caller to fill in; null
// without memory. An entry that is still there belonged to a file whose close we did not see: its waiters are
// woken.
Description* enter(int fd) noexcept;
// The same, of which nothing is known yet: its first use looks.
void enter_unknown(int fd) noexcept;
// The same, sharing what is known of `from`.
void enter_copy(int from, int fd) noexcept;

// The number is about to be closed or replaced: wakes its waiters on every loop, forgets what is known.
void closing(int fd) noexcept;
// It has been: loops of other threads that began to watch it in between hear of that.
void closed(int fd) noexcept;
// Forgets the number while it is closed or replaced: closing() now, and at the end of the scope the loops
// hear that it has happened.
class Closing {
public:
    explicit Closing(int fd) noexcept : fd_(fd) { closing(fd); }
    ~Closing() { closed(fd_); }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

private:
    int fd_;
};
// The same for all numbers from `first` to `last` that were ever entered.
class ClosingRange {
public:
    ClosingRange(unsigned int first, unsigned int last) noexcept;
    ~ClosingRange();
    ClosingRange(const ClosingRange&) = delete;
    ClosingRange& operator=(const ClosingRange&) = delete;

private:
    unsigned int first_;
    unsigned int end_;  // one beyond the last
};

}  // namespace netpatch::fd_table
