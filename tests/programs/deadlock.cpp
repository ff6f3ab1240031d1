// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two tasks wait for each other's lock; main waits for both and catches nothing.
#include <cstdio>
#include <fibers/fibers.hpp>
#include <mutex>

namespace {

void take_both(fibers::Lock& first, fibers::Lock& second) {
    const std::scoped_lock one(first);
    fibers::yield();
    second.lock();
}

}  // namespace

int main() {
    fibers::Lock a;
    fibers::Lock b;
    try {
        fibers::run(
            [&] {
                auto left = fibers::create_task([&] { take_both(a, b); }, {.name = "left"});
                auto right = fibers::create_task([&] { take_both(b, a); }, {.name = "right"});
                left.get();
                right.get();
            },
            {.name = "main"});
    } catch (const fibers::DeadlockError& e) {
        std::puts(e.what());
        return 3;
    }
}
