// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/fd_table_description.hpp"

#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <new>

#include "netpatch/libc.hpp"

namespace netpatch {
namespace {

constexpr std::size_t block_size = 512;

// Blocks are never freed.
constinit std::array<std::atomic<Description*>, 32768> blocks{};
constinit std::atomic<std::uint32_t> block_count{0};
// The free ones: index + 1 of the first in the low half, in the high half a count that tells apart two states
// with the same first one.
constinit std::atomic<std::uint64_t> free_list{0};

Description& at(std::uint32_t index) noexcept {
    return blocks[index / block_size].load(std::memory_order_acquire)[index % block_size];
}

constexpr std::uint64_t with_first(std::uint64_t list, std::uint32_t first) noexcept {
    return (((list >> 32) + 1) << 32) | first;
}

void put_free(Description& description) noexcept {
    std::uint64_t list = free_list.load(std::memory_order_relaxed);
    do {
        description.next_free.store(static_cast<std::uint32_t>(list), std::memory_order_relaxed);
    } while (!free_list.compare_exchange_weak(list, with_first(list, description.index + 1),
                                              std::memory_order_release, std::memory_order_relaxed));
}

Description* take_free() noexcept {
    std::uint64_t list = free_list.load(std::memory_order_acquire);
    for (;;) {
        const auto first = static_cast<std::uint32_t>(list);
        if (first == 0) return nullptr;
        Description& description = at(first - 1);
        const std::uint32_t next = description.next_free.load(std::memory_order_relaxed);
        if (free_list.compare_exchange_weak(list, with_first(list, next), std::memory_order_acquire)) {
            return &description;
        }
    }
}

// A new block: the first of it for the caller, the others free.
Description* grow() noexcept {
    void* const memory = ::mmap(nullptr, block_size * sizeof(Description), PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    const std::uint32_t number = block_count.fetch_add(1, std::memory_order_relaxed);
    if (number >= blocks.size()) return nullptr;
    auto* const block = static_cast<Description*>(memory);
    for (std::size_t i = 0; i < block_size; ++i) {
        ::new (static_cast<void*>(block + i)) Description;
        block[i].index = static_cast<std::uint32_t>(number * block_size + i);
    }
    blocks[number].store(block, std::memory_order_release);
    for (std::size_t i = 1; i < block_size; ++i) put_free(block[i]);
    return block;
}

class FlipGuard {
public:
    explicit FlipGuard(Description& description) noexcept : lock_(description.flip_lock) {
        while (lock_.exchange(true, std::memory_order_acquire)) libc::sched_yield();
    }
    ~FlipGuard() { lock_.store(false, std::memory_order_release); }
    FlipGuard(const FlipGuard&) = delete;
    FlipGuard& operator=(const FlipGuard&) = delete;

private:
    std::atomic<bool>& lock_;
};

void set_nonblocking(int fd, bool on) noexcept {
    const int saved = errno;
    int value = on ? 1 : 0;
    libc::ioctl(fd, static_cast<unsigned long>(FIONBIO), static_cast<void*>(&value));
    errno = saved;
}

}  // namespace

void reset(Description& description) noexcept {
    constexpr auto order = std::memory_order_relaxed;
    description.kind.store(Kind::plain, order);
    description.nonblocking.store(false, order);
    description.short_read_drains.store(false, order);
    description.low_water.store(1, order);
    description.pending_error.store(0, order);
    for (const int way : {0, 1}) {
        description.no_nowait[way].store(false, order);
        description.time_limit[way].store(0, order);
    }
}

Description* take_description() noexcept {
    const int saved = errno;
    Description* description = take_free();
    if (!description) description = grow();
    errno = saved;
    if (!description) return nullptr;
    reset(*description);
    description->references.store(1, std::memory_order_release);
    return description;
}

bool add_reference(Description& description) noexcept {
    std::uint32_t count = description.references.load(std::memory_order_relaxed);
    while (count != 0) {
        if (description.references.compare_exchange_weak(count, count + 1)) return true;
    }
    return false;
}

void drop_reference(Description& description) noexcept {
    if (description.references.fetch_sub(1) == 1) put_free(description);
}

Flip::Flip(int fd, Description& description) noexcept : fd_(fd), description_(description) {
    const FlipGuard guard(description_);
    if (description_.flips++ == 0) set_nonblocking(fd_, true);
}

Flip::~Flip() {
    const FlipGuard guard(description_);
    if (--description_.flips == 0) {
        set_nonblocking(fd_, description_.nonblocking.load(std::memory_order_relaxed));
    }
}

}  // namespace netpatch
