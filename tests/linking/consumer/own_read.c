/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * A program with a read of its own: patch_all() must not say that all is well. */
#include <netpatch/netpatch.h>
#include <unistd.h>

ssize_t read(int fd, void* buffer, size_t size) {
    (void)fd;
    (void)buffer;
    (void)size;
    return 77;
}

int main(void) {
    return netpatch_patch_all() == -1 ? 0 : 1;
}
