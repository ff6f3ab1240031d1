// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Gets as many SIGINTs as the environment's INTERRUPTS says, while main waits. INTERRUPT_HANDLER=1: the
// program has a handler of its own. UNCAUGHT=1: main() does not catch KeyboardInterrupt.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fibers/fibers.hpp>

using namespace std::chrono_literals;

namespace {

bool asked_for(const char* name) {
    const char* const value = std::getenv(name);
    return value && std::atoi(value) > 0;
}

void main_task() {
    fibers::create_task([] {
        for (int left = std::atoi(std::getenv("INTERRUPTS")); left > 0; --left) std::raise(SIGINT);
    });
    try {
        fibers::sleep(asked_for("INTERRUPT_HANDLER") ? 1ms : 1h);
        std::puts("main slept through");
    } catch (const fibers::CancelledError&) {
        std::puts("main cleans up");
        throw;
    }
}

void be_interrupted() {
    fibers::create_task([] {
        try {
            fibers::sleep(1h);
        } catch (const fibers::CancelledError&) {
            std::puts("the other task cleans up");
            throw;
        }
    });
    main_task();
}

}  // namespace

int main() {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::signal(
        SIGINT,
        asked_for("INTERRUPT_HANDLER")
            ? [](int) { [[maybe_unused]] const auto n = ::write(1, "the program's own handler\n", 26); }
            : SIG_DFL);
    if (asked_for("UNCAUGHT")) fibers::run(be_interrupted);
    try {
        fibers::run(be_interrupted);
    } catch (const fibers::KeyboardInterrupt&) {
        std::puts("interrupted");
        const bool restored = std::signal(SIGINT, SIG_DFL) == SIG_DFL;
        return restored ? 130 : 1;
    }
}
