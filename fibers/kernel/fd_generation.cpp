// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/fd_generation.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <new>

namespace fibers::kernel {
namespace {

struct Entry {
    std::atomic<std::uint32_t> closes{0};
    std::atomic<std::uint32_t> watchers{0};
};
constexpr std::size_t chunk_size = 4096;
using Chunk = std::array<Entry, chunk_size>;

// 16 million numbers, 16 times Linux' default for fs.nr_open. Larger ones share: then a close may wake a
// stranger's waiter, which tries again.
std::array<std::atomic<Chunk*>, 4096> chunks{};

std::atomic<Chunk*>& chunk_of(int fd) noexcept {
    return chunks[static_cast<std::size_t>(fd) / chunk_size % chunks.size()];
}

const Entry* find(int fd) noexcept {
    const Chunk* chunk = chunk_of(fd).load(std::memory_order_acquire);
    return chunk ? &(*chunk)[static_cast<std::size_t>(fd) % chunk_size] : nullptr;
}

// Null without memory.
Entry* find_or_make(int fd) noexcept {
    std::atomic<Chunk*>& slot = chunk_of(fd);
    Chunk* chunk = slot.load(std::memory_order_acquire);
    if (!chunk) {
        auto* made = new (std::nothrow) Chunk{};
        if (!made) return nullptr;
        if (slot.compare_exchange_strong(chunk, made)) {
            chunk = made;
        } else {
            delete made;
        }
    }
    return &(*chunk)[static_cast<std::size_t>(fd) % chunk_size];
}

}  // namespace

std::uint32_t fd_generation(int fd) noexcept {
    const Entry* entry = find(fd);
    return entry ? entry->closes.load(std::memory_order_acquire) : 0;
}

void bump_fd_generation(int fd) noexcept {
    if (Entry* entry = find_or_make(fd)) entry->closes.fetch_add(1);
}

std::uint32_t fd_watchers(int fd) noexcept {
    const Entry* entry = find(fd);
    return entry ? entry->watchers.load() : 0;
}

void add_fd_watcher(int fd, int change) noexcept {
    if (Entry* entry = find_or_make(fd)) entry->watchers.fetch_add(static_cast<std::uint32_t>(change));
}

}  // namespace fibers::kernel
