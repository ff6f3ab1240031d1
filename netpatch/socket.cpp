// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Making sockets, connecting and accepting.
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>

#include "netpatch/calls.hpp"
#include "netpatch/probe.hpp"
#include "netpatch/retry.hpp"

namespace netpatch {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

Kind kind_of(int type) noexcept {
    return (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM ? Kind::stream : Kind::message;
}

// Enters a socket that was just made. Only of one made before our eyes as plain TCP do we know that a short
// read means empty.
void enter_socket(int fd, int domain, int type, int protocol) noexcept {
    Description* const description = fd_table::enter(fd);
    if (!description) return;
    description->kind.store(kind_of(type), relaxed);
    description->nonblocking.store((type & SOCK_NONBLOCK) != 0, relaxed);
    const bool internet = domain == AF_INET || domain == AF_INET6;
    const bool tcp = kind_of(type) == Kind::stream && (protocol == 0 || protocol == IPPROTO_TCP);
    description->short_read_drains.store(internet && tcp, relaxed);
}

// What an accepted socket has from its listener. Only TCP's are known to copy the options.
void enter_accepted(int fd, const Description& listener, int flags) noexcept {
    if (!listener.short_read_drains.load(relaxed)) {
        fd_table::enter_unknown(fd);
        return;
    }
    Description* const description = fd_table::enter(fd);
    if (!description) return;
    description->kind.store(Kind::stream, relaxed);
    description->nonblocking.store((flags & SOCK_NONBLOCK) != 0, relaxed);
    for (const int way : {0, 1}) {
        description->time_limit[way].store(listener.time_limit[way].load(relaxed), relaxed);
    }
    description->short_read_drains.store(true, relaxed);
}

// Whether calls on this descriptor that may wait are ours to emulate.
Description* blocking_socket(int fd) noexcept {
    Description* const description = fd_table::describe(fd);
    if (!description || !description->is_socket() || description->nonblocking.load(relaxed)) return nullptr;
    return description;
}

int accept_with(int fd, sockaddr* address, socklen_t* length, int flags) {
    Description* const listener = blocking_socket(fd);
    int made = -1;
    if (listener) {
        DescriptorWait wait(fd, *listener, Direction::read);
        made = retry(wait, [&] {
            const Flip flip(fd, *listener);
            return libc::accept4(fd, address, length, flags);
        });
    } else {
        made = libc::accept4(fd, address, length, flags);
    }
    if (made < 0) return made;
    const Description* const known = fd_table::find(fd);
    if (known) {
        enter_accepted(made, *known, flags);
    } else {
        fd_table::enter_unknown(made);
    }
    return made;
}

// One try of a connect. One under way is asked about by connect itself: it says when it is done, takes the
// error, and leaves the socket as the blocking call would.
class Connecting {
public:
    Connecting(DescriptorWait& wait, const sockaddr* address, socklen_t length) noexcept
        : wait_(wait), address_(address), length_(length) {}

    // 0; or -1 with EAGAIN: under way.
    int try_once() noexcept {
        const Flip flip(wait_.fd(), wait_.description());
        const int result = libc::connect(wait_.fd(), address_, length_);
        if (result == 0 || (errno == EISCONN && first_answer_ != 0)) return 0;
        if (errno == EAGAIN) {
            backlog_full_ = address_->sa_family == AF_UNIX;
            return fail_with(EADDRNOTAVAIL);
        }
        if (errno != EINPROGRESS && errno != EALREADY) return -1;
        if (first_answer_ == 0) first_answer_ = errno;
        return fail_with(EAGAIN);
    }
    // Nothing tells when a unix listener's full backlog has room: ask now and then.
    int ask_repeatedly() noexcept {
        constexpr fibers::Duration longest = std::chrono::milliseconds(20);
        fibers::Duration pause = std::chrono::milliseconds(1);
        while (backlog_full_) {
            const fibers::TimePoint now = policy::this_fiber->scheduler.now();
            if (now >= wait_.deadline()) return fail_with(EAGAIN);
            const auto until = std::min(fibers::deadline_after(now, pause), wait_.deadline());
            const int error = sleep_error(sleep_until(until));
            if (error != 0) return fail_with(error);
            backlog_full_ = false;
            if (try_once() == 0) return 0;
            pause = std::min(2 * pause, longest);
        }
        return -1;
    }
    bool backlog_full() const noexcept { return backlog_full_; }
    // What the kernel says when the time limit passes: EINPROGRESS, or EALREADY if it was under way before.
    int first_answer() const noexcept { return first_answer_; }

private:
    DescriptorWait& wait_;
    const sockaddr* address_;
    socklen_t length_;
    int first_answer_ = 0;
    bool backlog_full_ = false;
};

}  // namespace

namespace calls {

int socket(int domain, int type, int protocol) {
    const int fd = libc::socket(domain, type, protocol);
    if (fd >= 0) enter_socket(fd, domain, type, protocol);
    return fd;
}

int socketpair(int domain, int type, int protocol, int* pair) {
    if (libc::socketpair(domain, type, protocol, pair) != 0) return -1;
    enter_socket(pair[0], domain, type, protocol);
    enter_socket(pair[1], domain, type, protocol);
    return 0;
}

int accept(int fd, sockaddr* address, socklen_t* length) {
    return accept_with(fd, address, length, 0);
}

int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
    return accept_with(fd, address, length, flags);
}

int connect(int fd, const sockaddr* address, socklen_t length) {
    Description* const description = blocking_socket(fd);
    if (!description || !address) return libc::connect(fd, address, length);
    DescriptorWait wait(fd, *description, Direction::write);
    Connecting connecting(wait, address, length);
    const int result = retry(wait, [&] { return connecting.try_once(); });
    if (connecting.backlog_full()) return connecting.ask_repeatedly();
    if (result == 0 || errno != EAGAIN) return result;
    return fail_with(connecting.first_answer());
}

int shutdown(int fd, int how) {
    if (fd == probe::fd && how == probe::how) return probe::answer;
    return libc::shutdown(fd, how);
}

}  // namespace calls
}  // namespace netpatch
