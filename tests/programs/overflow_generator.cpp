// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A generator that needs more stack than it has, within run() if the environment has IN_RUN.
#include <cstdlib>
#include <fibers/fibers.hpp>

namespace {

int recurse(int depth) {
    volatile char room[1024];
    room[0] = static_cast<char>(depth);
    return depth == 0 ? room[0] : recurse(depth - 1) + room[0];
}

int overflow() {
    fibers::generator<int> deep([](auto yield) { yield(recurse(1'000'000)); }, 64 * 1024);
    return *deep.begin();
}

}  // namespace

int main() {
    return std::getenv("IN_RUN") ? fibers::run(overflow) : overflow();
}
