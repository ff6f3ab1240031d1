// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Receiving and sending on a socket as the blocking calls do, for the calls that do it under various names.
#pragma once

#include <sys/socket.h>

#include <cerrno>

#include "netpatch/fd_table.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {

// recvfrom and recvmsg on a socket: -1 with errno, or the bytes. May suspend. ENOTSOCK: `description` is of
// another file than the number now has.
ssize_t receive(int fd, Description& description, void* buffer, std::size_t size, int flags,
                sockaddr* address, socklen_t* length);
ssize_t receive_message(int fd, Description& description, msghdr& message, int flags);

// sendmsg on a socket, whole unless there is an error, a time-out, a cancellation or a signal.
ssize_t send_message(int fd, Description& description, const msghdr& message, int flags);

// Whether the flags keep the kernel from waiting for something to receive. UDP does not know urgent data, and
// waits.
inline bool never_waits(const Description& description, int flags) noexcept {
    const bool urgent = (flags & MSG_OOB) && description.kind.load(std::memory_order_relaxed) == Kind::stream;
    return urgent || (flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) != 0;
}

// Whether a send to it is no business of ours: the user wants no waiting.
inline bool sends_straight(const Description& description, int flags) noexcept {
    return (flags & MSG_DONTWAIT) != 0 || description.nonblocking.load(std::memory_order_relaxed);
}
// What is left of send() when the first try did not take everything; `sent` and errno are what it gave.
ssize_t send_on(int fd, Description& description, const void* buffer, std::size_t size, int flags,
                const sockaddr* address, socklen_t length, ssize_t sent);

// sendto on a socket, as send_message. In line as far as most calls come; see stream.hpp.
inline ssize_t send(int fd, Description& description, const void* buffer, std::size_t size, int flags,
                    const sockaddr* address, socklen_t length) {
    if (const int error = description.take_error()) [[unlikely]]
        return errno = error, -1;
    if (sends_straight(description, flags)) [[unlikely]]
        return libc::sendto(fd, buffer, size, flags, address, length);
    const ssize_t sent = libc::sendto(fd, buffer, size, flags | MSG_DONTWAIT, address, length);
    if (sent < 0 || static_cast<std::size_t>(sent) != size) [[unlikely]]
        return send_on(fd, description, buffer, size, flags, address, length, sent);
    policy::spend_budget();
    return sent;
}

// After part of a transfer was done, its end with `error` is not the call's result. What the kernel has told
// us and will not tell again is kept for the user's next call.
void keep_error(Description& description, int error) noexcept;

// The number was closed where we could not see it (and is no socket any more): forgets it.
inline bool was_stale(int fd, ssize_t result) noexcept {
    if (result >= 0 || errno != ENOTSOCK) [[likely]]
        return false;
    fd_table::closing(fd);
    return true;
}

}  // namespace netpatch
