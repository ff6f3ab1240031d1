/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * The same in C11, by plain gcc. */
#include <netpatch/netpatch.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static int read_all(void* argument) {
    char buffer[64];
    (void)argument;
    return (int)read(ends[0], buffer, sizeof buffer);
}

static int write_all(void* argument) {
    (void)argument;
    return (int)write(ends[1], "hello", 5);
}

static int both(void* argument) {
    int got = 0, written = 0;
    (void)argument;
    fibers_task* reader = fibers_spawn(read_all, NULL);
    fibers_task* writer = fibers_spawn(write_all, NULL);
    if (fibers_join(reader, &got) != 0 || fibers_join(writer, &written) != 0) return -1;
    return got == written ? got : -1;
}

int main(void) {
    if (netpatch_patch_all() != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    const int got = fibers_run(both, NULL);
    puts(got == 5 ? "cooperative" : "wrong");
    return got == 5 ? 0 : 1;
}
