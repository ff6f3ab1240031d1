// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// read, write and their scattered forms: on sockets by way of recv and send, on pipes and the like with
// RWF_NOWAIT, on files straight through.
#include <sys/uio.h>

#include <cerrno>
#include <climits>

#include "netpatch/calls.hpp"
#include "netpatch/retry.hpp"
#include "netpatch/socket_transfer.hpp"
#include "netpatch/stream.hpp"
#include "netpatch/stream_pieces.hpp"

namespace netpatch {
namespace {

// Whether a descriptor that is no socket is libc's business: nothing to wait for, or the user wants no
// waiting.
bool goes_straight(const Description& description) noexcept {
    if (description.nonblocking.load(std::memory_order_relaxed)) return true;
    switch (description.kind.load(std::memory_order_relaxed)) {
        case Kind::plain:
            return true;
        case Kind::terminal:
            return !policy::patched(Group::tty);
        default:
            return false;
    }
}

// One transfer that does not block: with RWF_NOWAIT where the file knows it, else with the flag flipped.
template <class Nowait, class Plain>
ssize_t try_once(DescriptorWait& wait, Direction direction, Nowait nowait, Plain plain) {
    std::atomic<bool>& unsupported = wait.description().no_nowait[static_cast<int>(direction)];
    if (policy::may_use_nowait && !unsupported.load(std::memory_order_relaxed)) {
        const ssize_t result = nowait();
        if (result >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) return result;
        unsupported.store(true, std::memory_order_relaxed);
    }
    const Flip flip(wait.fd(), wait.description());
    return plain();
}

ssize_t read_pollable(int fd, Description& description, const iovec* pieces, int count) {
    DescriptorWait wait(fd, description, Direction::read);
    const auto plain = [&] { return libc::readv(fd, pieces, count); };
    return retry(
        wait,
        [&] {
            return try_once(
                wait, Direction::read, [&] { return ::preadv2(fd, pieces, count, -1, RWF_NOWAIT); }, plain);
        },
        plain);
}

// A blocking write to a pipe writes everything; what ends it early is told by the next call.
ssize_t write_pollable(int fd, Description& description, const iovec* pieces, int count) {
    DescriptorWait wait(fd, description, Direction::write);
    Pieces rest(pieces, static_cast<std::size_t>(count), total_size(pieces, static_cast<std::size_t>(count)));
    ssize_t done = 0;
    wait.begin_parts();
    do {
        std::array<iovec, 16> window;
        const int used = static_cast<int>(rest.fill(window));
        const auto plain = [&] { return libc::writev(fd, window.data(), used); };
        const ssize_t written = retry(
            wait,
            [&] {
                return try_once(
                    wait, Direction::write,
                    [&] { return ::pwritev2(fd, window.data(), used, -1, RWF_NOWAIT); }, plain);
            },
            plain);
        if (written < 0) return done > 0 ? done : -1;
        if (written == 0) break;
        done += written;
        rest.skip(static_cast<std::size_t>(written));
    } while (rest.left() > 0 && !wait.was_closed());
    return done;
}

msghdr as_message(const iovec* pieces, int count) noexcept {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return message;
}

// readv and writev refuse these; recvmsg would say so differently.
bool is_count(int count) noexcept {
    return count > 0 && count <= IOV_MAX;
}

}  // namespace

ssize_t read_no_socket(int fd, void* buffer, std::size_t size) {
    Description* const description = fd_table::describe(fd);
    if (!description || !transfers(size)) return libc::read(fd, buffer, size);
    if (description->is_socket()) return calls::read(fd, buffer, size);
    if (goes_straight(*description)) return libc::read(fd, buffer, size);
    const iovec piece{buffer, size};
    return read_pollable(fd, *description, &piece, 1);
}

ssize_t write_no_socket(int fd, const void* buffer, std::size_t size) {
    Description* const description = fd_table::describe(fd);
    if (!description || is_refused(size)) return libc::write(fd, buffer, size);
    if (description->is_socket()) return calls::write(fd, buffer, size);
    if (size == 0 || goes_straight(*description)) return libc::write(fd, buffer, size);
    const iovec piece{const_cast<void*>(buffer), size};
    return write_pollable(fd, *description, &piece, 1);
}

namespace calls {

ssize_t readv(int fd, const iovec* pieces, int count) {
    Description* const description = fd_table::describe(fd);
    if (!description || !is_count(count) || total_size(pieces, static_cast<std::size_t>(count)) == 0) {
        return libc::readv(fd, pieces, count);
    }
    if (description->is_socket()) {
        msghdr message = as_message(pieces, count);
        const ssize_t got = receive_message(fd, *description, message, 0);
        return was_stale(fd, got) ? calls::readv(fd, pieces, count) : got;
    }
    if (goes_straight(*description)) return libc::readv(fd, pieces, count);
    return read_pollable(fd, *description, pieces, count);
}

ssize_t writev(int fd, const iovec* pieces, int count) {
    Description* const description = fd_table::describe(fd);
    // Of nothing, unlike write and sendmsg, it sends no datagram.
    if (!description || !is_count(count) || total_size(pieces, static_cast<std::size_t>(count)) == 0) {
        return libc::writev(fd, pieces, count);
    }
    if (description->is_socket()) {
        const ssize_t sent = send_message(fd, *description, as_message(pieces, count), 0);
        return was_stale(fd, sent) ? calls::writev(fd, pieces, count) : sent;
    }
    if (goes_straight(*description)) return libc::writev(fd, pieces, count);
    return write_pollable(fd, *description, pieces, count);
}

}  // namespace calls
}  // namespace netpatch
