// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A million tasks that have finished while their handles are kept: a handle pins a result, never a stack.
// Ends with 1 if a handle takes more memory than a small record does, or if address space for stacks was
// spent on them.
#include <cstdio>
#include <fibers/fibers.hpp>
#include <vector>

#include "memory.hpp"

namespace {

constexpr std::size_t task_count = 1'000'000;
constexpr std::size_t at_once = 1000;
constexpr std::size_t most_bytes_each = 512;
constexpr std::size_t arena = 64 * 1024 * 1024;  // less than the addresses of 1000 stacks

using Kept = std::vector<fibers::Task<std::size_t>>;

void run_batch(Kept& kept) {
    const std::size_t first = kept.size();
    for (std::size_t i = 0; i < at_once; ++i)
        kept.push_back(fibers::create_task([first, i] { return first + i; }));
    for (std::size_t i = 0; i < at_once; ++i) kept[first + i].get();
}

int keep_handles() {
    Kept kept;
    kept.reserve(task_count);
    run_batch(kept);  // as many stacks as will ever be needed
    const auto before = scale::Memory::now();
    while (kept.size() < task_count) run_batch(kept);
    const auto after = scale::Memory::now();

    std::size_t wrong = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) wrong += kept[i].result() == i ? 0 : 1;
    const std::size_t each = (after.taken() - before.taken()) / (task_count - at_once);
    const std::size_t addresses = after.address_space - before.address_space;
    std::printf("bytes_each %zu\naddress_space %zu\nmappings %zu\nwrong_results %zu\n", each, addresses,
                after.mappings, wrong);
    const bool good =
        each <= most_bytes_each && addresses <= task_count * most_bytes_each + arena && wrong == 0;
    if (!good) std::fprintf(stderr, "finished: handles of finished tasks take more than their results\n");
    return good ? 0 : 1;
}

}  // namespace

int main() {
    return fibers::run(keep_handles);
}
