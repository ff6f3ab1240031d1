// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/fd_generation.hpp"

#include <new>

namespace fibers::kernel {

constinit std::array<std::atomic<FdCountsChunk*>, 4096> fd_counts{};

namespace {

// Null without memory.
FdCounts* find_or_make(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    std::atomic<FdCountsChunk*>& slot = fd_counts[number / fd_chunk_size % fd_counts.size()];
    FdCountsChunk* chunk = slot.load(std::memory_order_acquire);
    if (!chunk) {
        auto* made = new (std::nothrow) FdCountsChunk{};
        if (!made) return nullptr;
        if (slot.compare_exchange_strong(chunk, made)) {
            chunk = made;
        } else {
            delete made;
        }
    }
    return &(*chunk)[number % fd_chunk_size];
}

}  // namespace

void bump_fd_generation(int fd) noexcept {
    if (FdCounts* counts = find_or_make(fd)) counts->closes.fetch_add(1);
}

std::uint32_t fd_watchers(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    const FdCountsChunk* const chunk = fd_counts[number / fd_chunk_size % fd_counts.size()].load();
    return chunk ? (*chunk)[number % fd_chunk_size].watchers.load() : 0;
}

void add_fd_watcher(int fd, int change) noexcept {
    if (FdCounts* counts = find_or_make(fd)) counts->watchers.fetch_add(static_cast<std::uint32_t>(change));
}

}  // namespace fibers::kernel
