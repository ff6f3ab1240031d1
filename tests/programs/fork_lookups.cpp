// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Forks while other threads use what the resolver keeps for the process: no child finds it locked.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fibers/fibers.hpp>
#include <fibers/net/resolve.hpp>
#include <fibers/net/resolver.hpp>
#include <thread>

namespace {

// A name from a file and two addresses to sort: options, files and policies are all asked for.
bool looks_up() {
    return fibers::run([] {
        return !fibers::resolve("localhost", "80", {.flags = 0}).empty() &&
               !fibers::resolve("", "80", {.flags = 0}).empty();
    });
}

}  // namespace

int main() {
    std::atomic<bool> over = false;
    std::thread busy([&] {
        while (!over) {
            fibers::net::set_resolver_options(fibers::net::resolver_options());  // the files are read anew
            (void)fibers::net::unasked_sources();
            (void)looks_up();
        }
    });
    int hung = 0;
    for (int i = 0; i < 100; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(5);
            _exit(looks_up() ? 0 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++hung;
        if (hung == 3) break;
    }
    over = true;
    busy.join();
    std::printf("children that hung: %d\n", hung);
}
