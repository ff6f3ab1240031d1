// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/fd_table.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "netpatch/libc.hpp"
#include "netpatch/policy.hpp"

namespace netpatch::fd_table {

constinit std::array<std::atomic<Chunk*>, 4096> chunks{};

namespace {

using fibers::kernel::Direction;

// The highest number that ever had an entry.
constinit std::atomic<int> highest{-1};

std::atomic<Description*>* slot_of(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    if (fd < 0 || number >= chunk_size * chunks.size()) return nullptr;
    std::atomic<Chunk*>& place = chunks[number / chunk_size];
    Chunk* chunk = place.load(std::memory_order_acquire);
    if (!chunk) {
        void* const memory =
            ::mmap(nullptr, sizeof(Chunk), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return nullptr;
        auto* made = ::new (memory) Chunk{};
        if (place.compare_exchange_strong(chunk, made)) {
            chunk = made;
        } else {
            ::munmap(memory, sizeof(Chunk));
        }
    }
    int top = highest.load(std::memory_order_relaxed);
    while (top < fd && !highest.compare_exchange_weak(top, fd)) {
    }
    return &(*chunk)[number % chunk_size];
}

std::int64_t time_limit(int fd, int option) noexcept {
    timeval limit{};
    socklen_t size = sizeof limit;
    if (libc::getsockopt(fd, SOL_SOCKET, option, &limit, &size) != 0) return 0;
    return limit.tv_sec * 1'000'000'000 + limit.tv_usec * 1'000;
}

int integer_option(int fd, int option, int fallback) noexcept {
    int value = 0;
    socklen_t size = sizeof value;
    return libc::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : fallback;
}

Kind kind_of(int fd, mode_t mode) noexcept {
    if (S_ISSOCK(mode)) {
        return integer_option(fd, SO_TYPE, SOCK_RAW) == SOCK_STREAM ? Kind::stream : Kind::message;
    }
    if (S_ISREG(mode) || S_ISDIR(mode) || S_ISBLK(mode) || S_ISLNK(mode)) return Kind::plain;
    termios settings;
    return S_ISCHR(mode) && ::tcgetattr(fd, &settings) == 0 ? Kind::terminal : Kind::pollable;
}

bool look(int fd, Description& description) noexcept {
    constexpr auto order = std::memory_order_relaxed;
    const int flags = libc::fcntl(fd, F_GETFL, static_cast<void*>(nullptr));
    struct stat status;
    if (flags < 0 || ::fstat(fd, &status) != 0) return false;
    description.nonblocking.store((flags & O_NONBLOCK) != 0, order);
    description.kind.store((flags & O_PATH) ? Kind::plain : kind_of(fd, status.st_mode), order);
    if (!description.is_socket()) return true;
    description.time_limit[0].store(time_limit(fd, SO_RCVTIMEO), order);
    description.time_limit[1].store(time_limit(fd, SO_SNDTIMEO), order);
    description.low_water.store(integer_option(fd, SO_RCVLOWAT, 1), order);
    return true;
}

Description* look_and_enter(int fd) noexcept {
    std::atomic<Description*>* const slot = slot_of(fd);
    Description* const description = slot ? take_description() : nullptr;
    if (!description) return nullptr;
    for (;;) {
        const std::uint32_t before = fibers::kernel::fd_generation(fd);
        if (!look(fd, *description)) {
            drop_reference(*description);
            return nullptr;
        }
        if (fibers::kernel::fd_generation(fd) == before) break;
        reset(*description);
    }
    Description* known = nullptr;
    if (slot->compare_exchange_strong(known, description)) return description;
    drop_reference(*description);
    return known;
}

void put(int fd, Description* description) noexcept {
    std::atomic<Description*>* const slot = slot_of(fd);
    if (!slot) {
        if (description) drop_reference(*description);
        return;
    }
    Description* const before = slot->exchange(description, std::memory_order_acq_rel);
    if (!before) return;
    fibers::kernel::fd_closing(fd);
    drop_reference(*before);
}

}  // namespace

Description* look_up(int fd) noexcept {
    if (fd < 0) return nullptr;
    const int saved = errno;
    Description* const description = look_and_enter(fd);
    errno = saved;
    return description;
}

Description* enter(int fd) noexcept {
    Description* const description = take_description();
    put(fd, description);
    return find(fd) == description ? description : nullptr;
}

void enter_unknown(int fd) noexcept {
    put(fd, nullptr);
}

void enter_copy(int from, int fd) noexcept {
    Description* const shared = describe(from);
    put(fd, shared && add_reference(*shared) ? shared : nullptr);
}

void closing(int fd) noexcept {
    if (fd < 0) return;
    if (find(fd)) {
        if (Description* before = slot_of(fd)->exchange(nullptr, std::memory_order_acq_rel)) {
            drop_reference(*before);
        }
    }
    if (policy::in_handler()) {
        fibers::kernel::fd_closing_in_handler(fd);
    } else {
        fibers::kernel::fd_closing(fd);
    }
}

void closed(int fd) noexcept {
    if (!policy::in_handler()) fibers::kernel::fd_closed(fd);
}

ClosingRange::ClosingRange(unsigned int first, unsigned int last) noexcept : first_(first), end_(first) {
    const int top = highest.load(std::memory_order_relaxed);
    if (top >= 0) end_ = std::max(first, std::min(last, static_cast<unsigned int>(top)) + 1);
    for (unsigned int fd = first_; fd < end_; ++fd) closing(static_cast<int>(fd));
}

ClosingRange::~ClosingRange() {
    for (unsigned int fd = first_; fd < end_; ++fd) closed(static_cast<int>(fd));
}

}  // namespace netpatch::fd_table
