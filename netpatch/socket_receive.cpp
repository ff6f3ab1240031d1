// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "netpatch/calls.hpp"
#include "netpatch/retry.hpp"
#include "netpatch/socket_transfer.hpp"
#include "netpatch/stream_pieces.hpp"

namespace netpatch {
namespace {

bool goes_straight(const Description& description, int flags) noexcept {
    return never_waits(description, flags) || description.nonblocking.load(std::memory_order_relaxed);
}

// The kernel's unix sockets show one piece whatever was asked for.
bool peeks_at_all(int fd, int flags) noexcept {
    if ((flags & (MSG_PEEK | MSG_WAITALL)) != (MSG_PEEK | MSG_WAITALL)) return false;
    int domain = AF_UNIX;
    socklen_t size = sizeof domain;
    return libc::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain != AF_UNIX;
}

// Whether a blocking read takes whatever there is: nobody has asked for more at once.
bool takes_anything(const Description& description, int flags) noexcept {
    return description.low_water.load(std::memory_order_relaxed) <= 1 && !(flags & MSG_WAITALL);
}

// How many bytes a stream must hold before a blocking read takes any.
std::size_t wanted_before_reading(const DescriptorWait& wait, std::size_t asked, int flags) noexcept {
    const Description& description = wait.description();
    if (description.kind.load(std::memory_order_relaxed) != Kind::stream) return 1;
    if (peeks_at_all(wait.fd(), flags)) return asked;
    const auto low = static_cast<std::size_t>(description.low_water.load(std::memory_order_relaxed));
    return std::min(low, asked);
}

// Whether a blocking read that wants `wanted` bytes would come back now: so many are there, or no more will.
bool holds(int fd, std::size_t wanted) noexcept {
    pollfd look{fd, POLLIN | POLLRDHUP, 0};
    libc::poll(&look, nfds_t{1}, 0);
    if (look.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) return true;
    int queued = 0;
    if (libc::ioctl(fd, static_cast<unsigned long>(FIONREAD), static_cast<void*>(&queued)) != 0) return true;
    return static_cast<std::size_t>(queued) >= wanted;
}

// A non-blocking read takes what there is; one that wants more must look first. What is there when the wait
// fails is still handed out, as the kernel does.
template <class Try>
[[gnu::noinline]] ssize_t retry_holding(DescriptorWait& wait, std::size_t wanted, Try try_once) {
    const ssize_t got =
        retry(wait, [&]() -> ssize_t { return holds(wait.fd(), wanted) ? try_once() : fail_with(EAGAIN); });
    if (got >= 0 || (errno != EAGAIN && errno != EINTR && errno != ECANCELED)) return got;
    const int error = errno;
    const ssize_t rest = try_once();
    return rest > 0 ? rest : fail_with(error);
}

template <class Try>
ssize_t receive_once(DescriptorWait& wait, std::size_t asked, int flags, Try try_once) {
    const Description& description = wait.description();
    if (!takes_anything(description, flags)) [[unlikely]] {
        wait.begin_parts();
        const std::size_t wanted = wanted_before_reading(wait, asked, flags);
        if (wanted > 1) return retry_holding(wait, wanted, try_once);
    }
    const bool drains = description.short_read_drains.load(std::memory_order_relaxed) &&
                        (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL)) == 0;
    if (drains) wait.trust_hint();
    const ssize_t got = retry(wait, try_once);
    if (drains && got > 0 && static_cast<std::size_t>(got) < asked) wait.note_drained();
    return got;
}

// MSG_WAITALL on a stream: until `pieces` are full or the stream ends.
[[gnu::noinline]] std::size_t receive_rest(DescriptorWait& wait, Pieces pieces, int flags) {
    std::size_t done = 0;
    while (pieces.left() > 0 && !wait.was_closed()) {
        std::array<iovec, 16> window;
        msghdr message{};
        message.msg_iov = window.data();
        message.msg_iovlen = pieces.fill(window);
        const ssize_t got =
            retry(wait, [&] { return libc::recvmsg(wait.fd(), &message, flags | MSG_DONTWAIT); });
        if (got < 0) keep_error(wait.description(), errno);
        if (got <= 0) break;
        pieces.skip(static_cast<std::size_t>(got));
        done += static_cast<std::size_t>(got);
    }
    return done;
}

bool fills_buffer(const Description& description, int flags) noexcept {
    return (flags & MSG_WAITALL) && !(flags & MSG_PEEK) &&
           description.kind.load(std::memory_order_relaxed) == Kind::stream;
}

}  // namespace

ssize_t receive(int fd, Description& description, void* buffer, std::size_t size, int flags,
                sockaddr* address, socklen_t* length) {
    if (const int error = description.take_error()) return fail_with(error);
    if (goes_straight(description, flags)) return libc::recvfrom(fd, buffer, size, flags, address, length);
    DescriptorWait wait(fd, description, Direction::read);
    const ssize_t got = receive_once(wait, size, flags, [&] {
        return libc::recvfrom(fd, buffer, size, flags | MSG_DONTWAIT, address, length);
    });
    if (got <= 0 || !fills_buffer(description, flags)) return got;
    const iovec piece{buffer, size};
    Pieces pieces(&piece, 1, total_size(&piece, 1));
    pieces.skip(static_cast<std::size_t>(got));
    return got + static_cast<ssize_t>(receive_rest(wait, pieces, flags));
}

ssize_t receive_message(int fd, Description& description, msghdr& message, int flags) {
    if (const int error = description.take_error()) return fail_with(error);
    if (goes_straight(description, flags)) return libc::recvmsg(fd, &message, flags);
    DescriptorWait wait(fd, description, Direction::read);
    const std::size_t asked = total_size(message.msg_iov, message.msg_iovlen);
    const ssize_t got =
        receive_once(wait, asked, flags, [&] { return libc::recvmsg(fd, &message, flags | MSG_DONTWAIT); });
    if (got <= 0 || !fills_buffer(description, flags)) return got;
    Pieces pieces(message.msg_iov, message.msg_iovlen, asked);
    pieces.skip(static_cast<std::size_t>(got));
    return got + static_cast<ssize_t>(receive_rest(wait, pieces, flags));
}

namespace calls {

ssize_t recvfrom(int fd, void* buffer, size_t size, int flags, sockaddr* address, socklen_t* length) {
    Description* const description = fd_table::describe(fd);
    if (!description || !description->is_socket()) {
        return libc::recvfrom(fd, buffer, size, flags, address, length);
    }
    const ssize_t got = receive(fd, *description, buffer, size, flags, address, length);
    return was_stale(fd, got) ? fail_with(ENOTSOCK) : got;
}

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
    return recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
    Description* const description = fd_table::describe(fd);
    if (!description || !description->is_socket() || !message) return libc::recvmsg(fd, message, flags);
    const ssize_t got = receive_message(fd, *description, *message, flags);
    return was_stale(fd, got) ? fail_with(ENOTSOCK) : got;
}

}  // namespace calls
}  // namespace netpatch
