// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A program that wants no libc symbol replaced: the same calls by names of their own.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <fibers/fibers.hpp>
#include <netpatch/explicit.hpp>

#include <cstdio>

// Numbers of every kind are arguments of fcntl and ioctl; called for its types only.
[[maybe_unused]] static void call_with_numbers(int fd, long flags) {
    netpatch::fcntl(fd, F_GETFL);
    netpatch::fcntl(fd, F_SETFL, O_NONBLOCK);
    netpatch::fcntl(fd, F_SETFL, flags);
    netpatch::fcntl64(fd, F_SETFL, 0u);
    netpatch::ioctl(fd, TCFLSH, 1);
    netpatch::ioctl(fd, FIONBIO, &fd);
}

int main() {
    int ends[2];
    if (netpatch::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    const long got = fibers::run([&] {
        auto [bytes, written] = fibers::gather(
                                    [&] {
                                        char buffer[64];
                                        return netpatch::recv(ends[0], buffer, sizeof buffer, 0);
                                    },
                                    [&] { return netpatch::send(ends[1], "hello", 5, 0); })
                                    .get();
        return bytes == written ? bytes : -1;
    });
    // Whose read the program has: libc's.
    Dl_info whose{};
    dladdr(dlsym(RTLD_DEFAULT, "read"), &whose);
    const bool untouched = std::string_view(whose.dli_fname).find("libc.so") != std::string_view::npos;
    std::puts(got == 5 && untouched ? "cooperative" : "wrong");
    return got == 5 && untouched ? 0 : 1;
}
