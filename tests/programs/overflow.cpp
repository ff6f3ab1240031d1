// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A task that needs more stack than it has.
#include <cstring>
#include <fibers/fibers.hpp>

namespace {

int recurse(int depth) {
    volatile char room[1024];
    room[0] = static_cast<char>(depth);
    return depth == 0 ? room[0] : recurse(depth - 1) + room[0];
}

}  // namespace

int main() {
    return fibers::run([] {
        auto deep =
            fibers::create_task([] { return recurse(1'000'000); }, {.name = "deep", .stack_size = 64 * 1024});
        return deep.get();
    });
}
