/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * Whether a read that has to wait lets another fiber run: the read of the program itself, and the read of a
 * plugin. A read that does not would wait for ever for what the other fiber writes. */
#include "scene.h"

#include <netpatch/netpatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char* whose;
static int ends[2];

static void on_alarm(int number) {
    (void)number;
    if (write(STDOUT_FILENO, whose, 7) != 7 || write(STDOUT_FILENO, " blocked\n", 9) != 9) _exit(2);
    _exit(1);
}

static int write_later(void* argument) {
    (void)argument;
    fibers_sleep_ms(2);
    return (int)write(ends[1], "hello", 5);
}

static int read_and_write(void* argument) {
    const struct reader* reader = argument;
    fibers_task* writer = fibers_spawn(write_later, NULL);
    const int got = reader->read(ends[0]);
    int written = 0;
    if (!writer || fibers_join(writer, &written) != 0) return 0;
    return got == 5 && written == 5;
}

int play(const struct reader* readers, int count) {
    int good = 1;
    if (netpatch_patch_all() != 0) return 3;
    signal(SIGALRM, on_alarm);
    for (int i = 0; i < count; ++i) {
        struct reader reader = readers[i];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 2;
        whose = reader.whose;
        alarm(3);
        if (fibers_run(read_and_write, &reader) != 1) good = 0;
        close(ends[0]);
        close(ends[1]);
    }
    puts(good ? "cooperative" : "wrong");
    return good ? 0 : 1;
}
