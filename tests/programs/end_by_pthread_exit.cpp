// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Ends its thread by pthread_exit() inside a fiber while another one waits.
#include <pthread.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fibers/fibers.hpp>

namespace {
struct SaysGoodbye {
    ~SaysGoodbye() { std::puts("the fiber's frames were left in order"); }
};

void loop() {
    fibers::run([] {
        auto other = fibers::create_task([] { fibers::sleep(std::chrono::hours(1)); });
        fibers::yield();
        const SaysGoodbye goodbye;
        pthread_exit(nullptr);
    });
}
}  // namespace

// A plain thread: std::thread keeps something on the thread's own stack, whose frames nobody unwinds.
int main() {
    pthread_t thread;
    const auto body = [](void*) -> void* {
        loop();
        return nullptr;
    };
    if (pthread_create(&thread, nullptr, body, nullptr) != 0) return 1;
    pthread_join(thread, nullptr);
    std::puts("the thread ended, the process goes on");
}
