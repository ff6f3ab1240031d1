// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A detached task refers to the frame of the fiber that created it, which has ended. FRAME=function: of a
// function of that fiber, which has returned.
#include <cstdio>
#include <cstdlib>

#include "fibers/fibers.hpp"

using namespace std::chrono_literals;

namespace {

[[gnu::noinline]] void start_detached() {
    volatile int numbers[64] = {1, 2, 3};
    fibers::create_task([&] {
        fibers::sleep(2ms);
        std::printf("still there: %d\n", numbers[1]);
    });
    fibers::sleep(0s);
}

}  // namespace

int main() {
    return fibers::run([] {
        const bool in_function = std::getenv("FRAME") != nullptr;
        fibers::create_task([in_function] {
            start_detached();
            if (in_function) fibers::sleep(4ms);
        });
        fibers::sleep(5ms);
        return 0;
    });
}
