// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Forks inside fibers: the child runs none of its parent's other fibers, blocks like plain code, may make a
// loop of its own, and leaves the parent's descriptors alone.
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fibers/fibers.hpp>
#include <fibers/io.hpp>

using namespace std::chrono_literals;

namespace {

int exit_code(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// 10 if the child could run fibers of its own.
int child_loop() {
    return fibers::run([] {
        auto task = fibers::create_task([] {
            fibers::sleep(1ms);
            return 10;
        });
        return task.get();
    });
}

}  // namespace

int main() {
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    const pid_t parent = getpid();
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
    const int code = fibers::run([&] {
        // Runs again as soon as anybody lets it: in the child nobody may.
        auto other = fibers::create_task([&] {
            for (int i = 0; i < 20; ++i) {
                fibers::sleep(1ms);
                if (getpid() != parent) std::puts("a parent's fiber ran in the child");
            }
        });
        auto reader = fibers::create_task([&] { return fibers::wait_readable(pair[0], 10s); });
        fibers::sleep(2ms);
        // A fiber's child that returns from the fiber's function has come to the end of its only thread.
        auto forker = fibers::create_task([] { return fork(); });
        const pid_t returns = forker.get();
        std::printf("a child that returns from its fiber: %d\n", exit_code(returns));
        const pid_t loops = fork();
        if (loops == 0) _exit(child_loop());
        std::printf("a child with a loop of its own: %d\n", exit_code(loops));
        if (write(pair[1], "x", 1) != 1) return 1;
        std::printf("the parent still hears of its descriptors: %d\n", reader.get() ? 1 : 0);
        other.get();
        // The main fiber's child returns from run() as from any function.
        return fork() == 0 ? 5 : 0;
    });
    if (getpid() != parent) {
        std::printf("run() returned in the child: %d\n", code);
        return 0;
    }
    wait(nullptr);
    std::puts("done");
    return code;
}
