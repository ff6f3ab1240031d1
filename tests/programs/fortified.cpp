// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Reads more than its buffer holds, as a fortified build notices.
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

ssize_t fortified_read(int fd, void* buffer, std::size_t size, std::size_t room) __asm__("__read_chk");

int main() {
    const rlimit no_core{};
    setrlimit(RLIMIT_CORE, &no_core);
    netpatch::patch_all();
    fibers::run([] {
        int ends[2];
        char buffer[8];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) fortified_read(ends[0], buffer, 9, sizeof buffer);
    });
}
