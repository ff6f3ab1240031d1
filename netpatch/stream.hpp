// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// read and write as far as sockets go: in line in whoever hands calls to us. A system call leaves the
// processor's caches and its guesses to the kernel, so that what each further function costs after it is not
// its instructions but the misses.
#pragma once

#include "netpatch/calls.hpp"
#include "netpatch/socket_transfer.hpp"

namespace netpatch {

// The kernel's read and write refuse such sizes; its recv and send do not.
inline bool is_refused(std::size_t size) noexcept {
    return static_cast<ssize_t>(size) < 0;
}
// Neither nothing nor refused.
inline bool transfers(std::size_t size) noexcept {
    return static_cast<ssize_t>(size) > 0;
}

// The same for every other descriptor, looking what it is if need be.
ssize_t read_no_socket(int fd, void* buffer, std::size_t size);
ssize_t write_no_socket(int fd, const void* buffer, std::size_t size);

namespace calls {

[[gnu::always_inline]] inline ssize_t read(int fd, void* buffer, size_t size) {
    Description* const description = fd_table::find(fd);
    if (description && description->is_socket() && transfers(size)) [[likely]] {
        const ssize_t got = receive(fd, *description, buffer, size, 0, nullptr, nullptr);
        if (!was_stale(fd, got)) return got;
    }
    return read_no_socket(fd, buffer, size);
}

[[gnu::always_inline]] inline ssize_t write(int fd, const void* buffer, size_t size) {
    Description* const description = fd_table::find(fd);
    if (description && description->is_socket() && !is_refused(size)) [[likely]] {
        const ssize_t sent = netpatch::send(fd, *description, buffer, size, 0, nullptr, 0);
        if (!was_stale(fd, sent)) return sent;
    }
    return write_no_socket(fd, buffer, size);
}

}  // namespace calls
}  // namespace netpatch
