// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What makes, shares, changes and ends descriptors. These keep the table true on every thread and never wait.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <climits>
#include <optional>

#include "netpatch/calls.hpp"
#include "netpatch/fd_table.hpp"

namespace netpatch {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

void enter_pipe(const int* ends, int flags) noexcept {
    for (const int way : {0, 1}) {
        if (Description* const description = fd_table::enter(ends[way])) {
            description->kind.store(Kind::pollable, relaxed);
            description->nonblocking.store((flags & O_NONBLOCK) != 0, relaxed);
        }
    }
}

bool is_open(int fd) noexcept {
    return libc::fcntl(fd, F_GETFD, static_cast<void*>(nullptr)) >= 0;
}

// `to` is about to become a copy of `from`.
template <class Replace>
int replace(int from, int to, Replace really) noexcept {
    if (from == to || to < 0 || !is_open(from)) return really();
    const fd_table::Closing replaced(to);
    const int result = really();
    if (result >= 0) fd_table::enter_copy(from, result);
    return result;
}

// F_GETFL while somebody's call has the flag flipped: what the user set.
int without_flip(int fd, int flags) noexcept {
    const Description* const description = fd_table::find(fd);
    if (!description || description->kind.load(relaxed) == Kind::plain) return flags;
    return description->nonblocking.load(relaxed) ? flags : flags & ~O_NONBLOCK;
}

int fcntl_with(const auto& original, int fd, int command, void* argument) noexcept {
    const int result = original(fd, command, argument);
    if (result < 0) return result;
    switch (command) {
        case F_GETFL:
            return without_flip(fd, result);
        case F_SETFL:
            if (Description* const description = fd_table::find(fd)) {
                const auto flags = reinterpret_cast<std::intptr_t>(argument);
                description->nonblocking.store((flags & O_NONBLOCK) != 0, relaxed);
            }
            return result;
        case F_DUPFD:
        case F_DUPFD_CLOEXEC:
            fd_table::enter_copy(fd, result);
            return result;
        default:
            return result;
    }
}

}  // namespace

namespace calls {

int close(int fd) {
    const fd_table::Closing ends(fd);
    return libc::close(fd);
}

int close_range(unsigned int first, unsigned int last, int flags) {
    const bool only_marks = (flags & static_cast<int>(CLOSE_RANGE_CLOEXEC)) != 0;
    const bool own_copy = (flags & static_cast<int>(CLOSE_RANGE_UNSHARE)) != 0;
    std::optional<fd_table::ClosingRange> closing;
    if (first <= last && !only_marks && !own_copy) closing.emplace(first, last);
    return libc::close_range(first, last, flags);
}

void closefrom(int first) {
    const fd_table::ClosingRange closing(first < 0 ? 0U : static_cast<unsigned int>(first), UINT_MAX);
    libc::closefrom(first);
}

int dup(int fd) {
    const int made = libc::dup(fd);
    if (made >= 0) fd_table::enter_copy(fd, made);
    return made;
}

int dup2(int from, int to) {
    return replace(from, to, [&] { return libc::dup2(from, to); });
}

int dup3(int from, int to, int flags) {
    if ((flags & ~O_CLOEXEC) != 0) return libc::dup3(from, to, flags);
    return replace(from, to, [&] { return libc::dup3(from, to, flags); });
}

int pipe(int* ends) {
    const int result = libc::pipe(ends);
    if (result == 0) enter_pipe(ends, 0);
    return result;
}

int pipe2(int* ends, int flags) {
    const int result = libc::pipe2(ends, flags);
    if (result == 0) enter_pipe(ends, flags);
    return result;
}

int fcntl(int fd, int command, void* argument) {
    return fcntl_with(libc::fcntl, fd, command, argument);
}

int fcntl64(int fd, int command, void* argument) {
    return fcntl_with(libc::fcntl64, fd, command, argument);
}

int ioctl(int fd, unsigned long request, void* argument) {
    const int result = libc::ioctl(fd, request, argument);
    if (result >= 0 && request == FIONBIO) {
        if (Description* const description = fd_table::find(fd)) {
            description->nonblocking.store(*static_cast<const int*>(argument) != 0, relaxed);
        }
    }
    return result;
}

int fclose(FILE* stream) {
    // What libc closes inside is not seen by us: the number is forgotten before.
    const fd_table::Closing ends(stream ? ::fileno(stream) : -1);
    return libc::fclose(stream);
}

}  // namespace calls
}  // namespace netpatch
