// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Ends the process by exit() inside a fiber while another one waits.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fibers/fibers.hpp>

namespace {
void loop() {
    fibers::run([] {
        auto other = fibers::create_task([] { fibers::sleep(std::chrono::hours(1)); });
        fibers::yield();
        std::exit(7);
    });
}
}  // namespace

int main() {
    std::atexit([] { std::puts("the process ended in order"); });
    loop();
}
