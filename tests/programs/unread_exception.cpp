// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A task fails and nobody ever looks.
#include <fibers/fibers.hpp>
#include <stdexcept>

int main() {
    fibers::run([] {
        fibers::create_task([] { throw std::runtime_error("nobody looks"); }, {.name = "forgotten"});
        fibers::yield();
    });
}
