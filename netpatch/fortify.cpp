// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the compiler calls under _FORTIFY_SOURCE when it knows a buffer's size but not how much is asked for.
// A buffer that is too small is libc's to tell: it ends the program with its own words.
#include "netpatch/stream.hpp"

namespace netpatch::calls {

ssize_t __read_chk(int fd, void* buffer, size_t size, size_t room) {
    if (size > room) return libc::__read_chk(fd, buffer, size, room);
    return calls::read(fd, buffer, size);
}

ssize_t __recv_chk(int fd, void* buffer, size_t size, size_t room, int flags) {
    if (size > room) return libc::__recv_chk(fd, buffer, size, room, flags);
    return calls::recv(fd, buffer, size, flags);
}

ssize_t __recvfrom_chk(int fd, void* buffer, size_t size, size_t room, int flags, sockaddr* address,
                       socklen_t* length) {
    if (size > room) return libc::__recvfrom_chk(fd, buffer, size, room, flags, address, length);
    return calls::recvfrom(fd, buffer, size, flags, address, length);
}

int __poll_chk(pollfd* fds, nfds_t count, int timeout, size_t room) {
    if (count > room / sizeof *fds) return libc::__poll_chk(fds, count, timeout, room);
    return calls::poll(fds, count, timeout);
}

int __ppoll_chk(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask, size_t room) {
    if (count > room / sizeof *fds) return libc::__ppoll_chk(fds, count, timeout, mask, room);
    return calls::ppoll(fds, count, timeout, mask);
}

}  // namespace netpatch::calls
