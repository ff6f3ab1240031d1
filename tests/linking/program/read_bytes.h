/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 */
#ifndef READ_BYTES_H
#define READ_BYTES_H

#include <poll.h>
#include <unistd.h>

/* How much is asked for is hidden from the compiler, so that a fortified build calls __poll_chk and
 * __read_chk. */
static inline int read_bytes(int fd) {
    struct pollfd fds[1] = {{.fd = fd, .events = POLLIN}};
    char buffer[64];
    volatile unsigned long fds_count = 1, bytes = sizeof buffer;
    if (poll(fds, fds_count, -1) != 1) return -1;
    return (int)read(fd, buffer, bytes);
}

#endif
