// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// With netpatch linked and patch_all() not called, calls are libc's: they block the thread, and nobody
// counts.
#include <sys/socket.h>
#include <unistd.h>
#include <cstdio>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

int main() {
    bool other_ran = false, other_ran_early = true;
    fibers::run([&] {
        auto other = fibers::create_task([&] { other_ran = true; });
        int ends[2];
        char byte = 'x';
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || write(ends[1], &byte, 1) != 1) return;
        usleep(1000);
        if (read(ends[0], &byte, 1) != 1) return;
        other_ran_early = other_ran;
        close(ends[0]);
        close(ends[1]);
        other.get();
    });
    const bool counted = !netpatch::report().functions.empty();
    std::puts(other_ran && !other_ran_early && !counted && !netpatch::is_patched("read") ? "good" : "wrong");
}
