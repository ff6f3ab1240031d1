/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * A library whose constructor runs before any of ours and calls what we patch. */
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int early_result;

__attribute__((constructor)) static void call_early(void) {
    int ends[2];
    char byte = 0;
    struct addrinfo* answer = NULL;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return;
    struct pollfd look = {.fd = ends[0], .events = POLLIN};
    if (poll(&look, 1, 0) != 0 || write(ends[1], "x", 1) != 1 || poll(&look, 1, -1) != 1) return;
    if (read(ends[0], &byte, 1) != 1 || byte != 'x') return;
    if (close(ends[0]) != 0 || close(ends[1]) != 0 || close(ends[1]) != -1) return;
    if (getaddrinfo("127.0.0.1", "80", &hints, &answer) != 0) return;
    freeaddrinfo(answer);
    if (getaddrinfo("localhost", "http", NULL, &answer) != 0) return;
    freeaddrinfo(answer);
    if (!gethostbyname("localhost")) return;
    early_result = 42;
}
