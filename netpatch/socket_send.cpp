// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>

#include "netpatch/calls.hpp"
#include "netpatch/retry.hpp"
#include "netpatch/socket_transfer.hpp"
#include "netpatch/stream_pieces.hpp"

namespace netpatch {
namespace {

// What a stream did not take at once. The kernel's blocking send, interrupted by an error in the middle,
// returns what it has sent and raises no signal: so neither do our further tries.
std::size_t send_rest(DescriptorWait& wait, Pieces pieces, int flags) {
    std::size_t done = 0;
    while (pieces.left() > 0 && !wait.was_closed()) {
        std::array<iovec, 16> window;
        msghdr message{};
        message.msg_iov = window.data();
        message.msg_iovlen = pieces.fill(window);
        const ssize_t sent = retry(
            wait, [&] { return libc::sendmsg(wait.fd(), &message, flags | MSG_DONTWAIT | MSG_NOSIGNAL); });
        if (sent < 0) {
            keep_error(wait.description(), errno);
            break;
        }
        pieces.skip(static_cast<std::size_t>(sent));
        done += static_cast<std::size_t>(sent);
    }
    return done;
}

// A send that connects (MSG_FASTOPEN) has begun to: then it waits as for room, and the connection is made.
ssize_t or_begun(ssize_t sent, int& flags) noexcept {
    if (sent < 0 && errno == EINPROGRESS) [[unlikely]] {
        errno = EAGAIN;
        flags &= ~MSG_FASTOPEN;
    }
    return sent;
}

bool is_partial(const Description& description, ssize_t sent, std::size_t size) noexcept {
    return sent >= 0 && static_cast<std::size_t>(sent) < size &&
           description.kind.load(std::memory_order_relaxed) == Kind::stream;
}

}  // namespace

void keep_error(Description& description, int error) noexcept {
    switch (error) {
        case ECONNRESET:
        case ECONNABORTED:
        case ECONNREFUSED:
        case ETIMEDOUT:
        case EHOSTUNREACH:
        case EHOSTDOWN:
        case ENETUNREACH:
        case ENETDOWN:
        case ENETRESET:
        case EPROTO:
            description.pending_error.store(error, std::memory_order_relaxed);
            break;
        default:  // the kernel will say it again, or it was about this call only
            break;
    }
}

ssize_t send_on(int fd, Description& description, const void* buffer, std::size_t size, int flags,
                const sockaddr* address, socklen_t length, ssize_t sent) {
    DescriptorWait wait(fd, description, Direction::write);
    wait.begin_parts();
    const auto attempt = [&] {
        return libc::sendto(fd, buffer, size, flags | MSG_DONTWAIT, address, length);
    };
    if (!settles(or_begun(sent, flags))) sent = wait_and_retry(wait, attempt, attempt);
    if (!is_partial(description, sent, std::min(size, most_per_call))) return sent;
    const iovec piece{const_cast<void*>(buffer), size};
    Pieces pieces(&piece, 1, total_size(&piece, 1));
    pieces.skip(static_cast<std::size_t>(sent));
    return sent + static_cast<ssize_t>(send_rest(wait, pieces, flags));
}

ssize_t send_message(int fd, Description& description, const msghdr& message, int flags) {
    if (const int error = description.take_error()) return fail_with(error);
    if (sends_straight(description, flags)) return libc::sendmsg(fd, &message, flags);
    DescriptorWait wait(fd, description, Direction::write);
    wait.begin_parts();
    const std::size_t size = total_size(message.msg_iov, message.msg_iovlen);
    const ssize_t sent =
        retry(wait, [&] { return or_begun(libc::sendmsg(fd, &message, flags | MSG_DONTWAIT), flags); });
    if (!is_partial(description, sent, size)) [[likely]]
        return sent;
    Pieces pieces(message.msg_iov, message.msg_iovlen, size);
    pieces.skip(static_cast<std::size_t>(sent));
    return sent + static_cast<ssize_t>(send_rest(wait, pieces, flags));
}

namespace calls {

ssize_t sendto(int fd, const void* buffer, size_t size, int flags, const sockaddr* address,
               socklen_t length) {
    Description* const description = fd_table::describe(fd);
    if (!description || !description->is_socket()) {
        return libc::sendto(fd, buffer, size, flags, address, length);
    }
    const ssize_t sent = netpatch::send(fd, *description, buffer, size, flags, address, length);
    return was_stale(fd, sent) ? fail_with(ENOTSOCK) : sent;
}

ssize_t send(int fd, const void* buffer, size_t size, int flags) {
    return sendto(fd, buffer, size, flags, nullptr, 0);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    Description* const description = fd_table::describe(fd);
    if (!description || !description->is_socket() || !message) return libc::sendmsg(fd, message, flags);
    const ssize_t sent = send_message(fd, *description, *message, flags);
    return was_stale(fd, sent) ? fail_with(ENOTSOCK) : sent;
}

}  // namespace calls
}  // namespace netpatch
