// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Several messages in one call.
#include <algorithm>
#include <cerrno>

#include "netpatch/calls.hpp"
#include "netpatch/retry.hpp"
#include "netpatch/socket_transfer.hpp"
#include "netpatch/stream_pieces.hpp"

namespace netpatch {
namespace {

// The kernel takes no more of a call's messages (UIO_MAXIOV).
constexpr unsigned int most_messages = 1024;

constexpr auto relaxed = std::memory_order_relaxed;

Description* blocking_socket(int fd) noexcept {
    Description* const description = fd_table::describe(fd);
    const bool ours = description && description->is_socket() && !description->nonblocking.load(relaxed);
    return ours ? description : nullptr;
}

// recvmmsg's time limit, which the kernel looks at only after each message that came.
class ReceiveLimit {
public:
    explicit ReceiveLimit(timespec* limit) noexcept : limit_(limit) {
        if (limit_) {
            end_ = fibers::deadline_after(
                now(), std::chrono::seconds(limit_->tv_sec) + std::chrono::nanoseconds(limit_->tv_nsec));
        }
    }
    // Writes back what is left; true if nothing is.
    bool is_over() noexcept {
        if (!limit_) return false;
        const fibers::Duration left = std::max(end_ - now(), fibers::Duration::zero());
        limit_->tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
        limit_->tv_nsec = (left % std::chrono::seconds(1)).count();
        return left == fibers::Duration::zero();
    }

private:
    static fibers::TimePoint now() noexcept { return policy::this_fiber->scheduler.now(); }

    timespec* limit_;
    fibers::TimePoint end_ = fibers::never;
};

bool is_valid(const timespec* limit) noexcept {
    return !limit || (limit->tv_sec >= 0 && limit->tv_nsec >= 0 && limit->tv_nsec < 1'000'000'000);
}

}  // namespace

namespace calls {

int recvmmsg(int fd, mmsghdr* messages, unsigned int count, int flags, timespec* timeout) {
    Description* const description = blocking_socket(fd);
    if (!description || never_waits(*description, flags) || !is_valid(timeout) || count == 0) {
        return libc::recvmmsg(fd, messages, count, flags, timeout);
    }
    if (const int error = description->take_error()) return fail_with(error);
    ReceiveLimit limit(timeout);
    DescriptorWait wait(fd, *description, Direction::read);
    wait.begin_parts();
    int done = 0;
    while (static_cast<unsigned int>(done) < count) {
        const int got = retry(wait, [&] {
            return libc::recvmmsg(fd, messages + done, count - static_cast<unsigned int>(done),
                                  (flags | MSG_DONTWAIT) & ~MSG_WAITFORONE, static_cast<timespec*>(nullptr));
        });
        if (got < 0) {
            if (done == 0) return was_stale(fd, got) ? fail_with(ENOTSOCK) : -1;
            keep_error(*description, errno);
            break;
        }
        done += got;
        if ((flags & MSG_WAITFORONE) || limit.is_over() || wait.was_closed()) break;
    }
    return done;
}

int sendmmsg(int fd, mmsghdr* messages, unsigned int count, int flags) {
    Description* const description = blocking_socket(fd);
    if (!description || (flags & MSG_DONTWAIT)) return libc::sendmmsg(fd, messages, count, flags);
    count = std::min(count, most_messages);
    const std::uint32_t generation = fibers::kernel::fd_generation(fd);
    unsigned int done = 0;
    while (done < count) {
        const msghdr& message = messages[done].msg_hdr;
        const ssize_t sent = send_message(fd, *description, message, flags);
        if (sent < 0) break;
        messages[done++].msg_len = static_cast<unsigned int>(sent);
        // What is left of this message must not be overtaken by the next.
        if (static_cast<std::size_t>(sent) < total_size(message.msg_iov, message.msg_iovlen)) break;
        if (fibers::kernel::fd_generation(fd) != generation) break;  // the next is not for a stranger
    }
    if (done == 0 && count > 0) return was_stale(fd, -1) ? fail_with(ENOTSOCK) : -1;
    return static_cast<int>(done);
}

}  // namespace calls
}  // namespace netpatch
