// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How much memory a fiber takes that waits: parks many, each on a guarded stack of the default size, and
// prints bytes for each, page tables included. Ends with 1 if that is more than promised or a guard is
// missing.
//
//     parked 200000          # fibers
//     parked 200000 --bare   # for comparison: nothing but one page for each, as far apart
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <fibers/fibers.hpp>
#include <string_view>
#include <vector>

#include "memory.hpp"

namespace {

constexpr std::size_t default_stack = 256 * 1024;
constexpr double most_bytes_each = 5.5 * 1024;
constexpr std::size_t most_mappings = 1000;

double bytes_each(const scale::Memory& before, const scale::Memory& after, std::size_t count) {
    return static_cast<double>(after.taken() - before.taken()) / static_cast<double>(count);
}

int fail(const char* what) {
    std::fprintf(stderr, "parked: %s\n", what);
    return 1;
}

std::size_t unguarded(const std::vector<const void*>& stacks) {
    std::size_t missing = 0;
    for (const void* place : stacks)
        missing += scale::guarded_below(place, default_stack + 16 * 1024) ? 0 : 1;
    return missing;
}

int park(std::size_t count) {
    std::vector<const void*> stacks(count);  // an address on each
    const auto before = scale::Memory::now();
    fibers::Event go_on;
    std::size_t parked = 0;
    for (std::size_t i = 0; i < count; ++i)
        fibers::create_task([&, i] {
            stacks[i] = __builtin_frame_address(0);
            ++parked;
            go_on.wait();
            --parked;
        });
    while (parked < count) fibers::yield();

    const auto after = scale::Memory::now();
    const double each = bytes_each(before, after, count);
    std::printf("bytes_each %.0f\nmappings %zu\n", each, after.mappings);
    const std::size_t bare = unguarded(stacks);
    std::printf("unguarded %zu\n", bare);
    go_on.set();
    while (parked > 0) fibers::yield();

    if (each > most_bytes_each) return fail("more than 5.5 KiB for each fiber");
    if (after.mappings > most_mappings) return fail("the mappings grow with the fibers");
    if (bare > 0) return fail("stacks without a guard");
    return 0;
}

/// One page in each place where a stack would be: no fiber of any library can take less.
int touch_pages(std::size_t count) {
    constexpr std::size_t stride = default_stack + 4096;
    const auto before = scale::Memory::now();
    void* memory = mmap(nullptr, count * stride, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return fail("mmap");
    madvise(memory, count * stride, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < count; ++i) static_cast<volatile char*>(memory)[i * stride] = 1;
    std::printf("bytes_each %.0f\n", bytes_each(before, scale::Memory::now(), count));
    munmap(memory, count * stride);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
    if (count == 0) return fail("usage: parked [fibers] [--bare]");
    if (argc > 2 && std::string_view(argv[2]) == "--bare") return touch_pages(count);
    return fibers::run([count] { return park(count); });
}
