// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/fd_generation.hpp"

#include <array>
#include <cstddef>
#include <new>

namespace fibers::kernel {

namespace {

constexpr std::size_t chunk_size = 4096;
using Chunk = std::array<FdCounts, chunk_size>;
constinit std::array<std::atomic<Chunk*>, 4096> chunks{};

std::atomic<Chunk*>& chunk_of(int fd) noexcept {
    return chunks[static_cast<std::size_t>(fd) / chunk_size % chunks.size()];
}

// Null: nobody has asked about it yet.
FdCounts* find(int fd) noexcept {
    Chunk* const chunk = chunk_of(fd).load(std::memory_order_acquire);
    return chunk ? &(*chunk)[static_cast<std::size_t>(fd) % chunk_size] : nullptr;
}

}  // namespace

FdCounts* fd_counts(int fd) noexcept {
    if (FdCounts* const known = find(fd)) return known;
    auto* const made = new (std::nothrow) Chunk{};
    Chunk* there = nullptr;
    if (made && !chunk_of(fd).compare_exchange_strong(there, made)) delete made;
    return find(fd);
}

std::uint32_t fd_generation(int fd) noexcept {
    const FdCounts* const counts = find(fd);
    return counts ? counts->generation() : 0;
}

void bump_fd_generation(int fd) noexcept {
    if (FdCounts* const counts = fd_counts(fd)) counts->closes.fetch_add(1);
}

std::uint32_t fd_watchers(int fd) noexcept {
    const FdCounts* const counts = find(fd);
    return counts ? counts->watchers.load() : 0;
}

void add_fd_watcher(int fd, int change) noexcept {
    if (FdCounts* const counts = fd_counts(fd))
        counts->watchers.fetch_add(static_cast<std::uint32_t>(change));
}

}  // namespace fibers::kernel
