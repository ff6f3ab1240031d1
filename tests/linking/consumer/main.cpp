// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A program that uses the installed library: two fibers, one reads what the other writes.
#include <fibers/fibers.hpp>
#include <fibers/version.hpp>
#include <netpatch/netpatch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>

int main() {
    if (!netpatch::patch_all()) return 1;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    const long got = fibers::run([&] {
        auto [bytes, written] = fibers::gather(
                                    [&] {
                                        char buffer[64];
                                        return read(ends[0], buffer, sizeof buffer);
                                    },
                                    [&] { return write(ends[1], "hello", 5); })
                                    .get();
        return bytes == written ? bytes : -1;
    });
    std::printf("fibers %s: %s\n", FIBERS_VERSION, got == 5 ? "cooperative" : "wrong");
    return got == 5 ? 0 : 1;
}
