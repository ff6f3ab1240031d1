// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/stack.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "fibers/error.hpp"
#include "fibers/kernel/sanitizer.hpp"
#include "fibers/report.hpp"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) 0U
#define VALGRIND_STACK_DEREGISTER(id) static_cast<void>(id)
#endif

namespace fibers::kernel {
namespace {

constexpr std::size_t page_size = 4096;
constexpr std::size_t colours = 16;
constexpr std::size_t colour_step = 64;
constexpr std::size_t most_in_arena = 1024;
constexpr int madv_guard_install = 102;  // not yet in Debian's headers
// Mappings that mprotect leaves to the rest of the program: libraries, threads, large allocations.
constexpr std::size_t spare_mappings = 1024;

std::size_t round_up(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
}

bool kernel_has_guards() {
    return madvise(nullptr, 0, madv_guard_install) == 0;
}

StackGuard choose_guard() {
    const char* forced = std::getenv("FIBERS_STACK_GUARD");
    if (!forced || !*forced) return kernel_has_guards() ? StackGuard::madvise : StackGuard::mprotect;
    if (std::strcmp(forced, "mprotect") == 0) return StackGuard::mprotect;
    if (std::strcmp(forced, "madvise") != 0) {
        throw ResourceError(std::string("FIBERS_STACK_GUARD=") + forced + ": use madvise or mprotect");
    }
    if (!kernel_has_guards()) {
        throw ResourceError(
            "FIBERS_STACK_GUARD=madvise: this kernel has no MADV_GUARD_INSTALL (Linux 6.13 has); use "
            "mprotect");
    }
    return StackGuard::madvise;
}

std::size_t max_map_count() {
    std::size_t count = 65530;
    if (std::FILE* file = std::fopen("/proc/sys/vm/max_map_count", "re")) {
        if (std::fscanf(file, "%zu", &count) != 1) count = 65530;
        std::fclose(file);
    }
    return count;
}

// Stacks that mprotect may guard: two mappings each.
std::size_t guards_by_mprotect() {
    const std::size_t limit = max_map_count();
    return limit > 2 * spare_mappings ? (limit - spare_mappings) / 2 : limit / 4;
}

[[noreturn]] void throw_out_of_mappings() {
    const std::size_t limit = max_map_count();
    throw ResourceError(
        "no more guarded stacks: vm.max_map_count is " + std::to_string(limit) +
        " and each guard made by mprotect takes two mappings; raise it with 'sysctl -w vm.max_map_count=" +
        std::to_string(limit * 4) + "', or use Linux 6.13, whose guards take none");
}

[[noreturn]] void throw_out_of_memory(std::size_t length) {
    throw ResourceError(
        "no address space for " + std::to_string(length / 1024) + " KiB of fiber stacks (" +
        std::strerror(errno) +
        "): raise 'ulimit -v' ('ulimit -l' under mlockall), or, if vm.overcommit_memory is 2, 'sysctl -w "
        "vm.overcommit_memory=0'");
}

// Address space for stacks, or null.
void* map(std::size_t length) noexcept {
    void* base =
        mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return base == MAP_FAILED ? nullptr : base;
}

}  // namespace

StackPool::StackPool() : guard_(choose_guard()) {
    if (guard_ == StackGuard::mprotect) mprotect_budget_ = guards_by_mprotect();
}

StackPool::~StackPool() {
    for (const Arena& arena : arenas_) {
        for (unsigned i = 0; i < arena.count; ++i) {
            char* end = arena.base + (i + 1) * arena.stride - (i % colours) * colour_step;
            auto* stack = reinterpret_cast<Stack*>(end - sizeof(Stack));
            sanitizer::forget_frames(stack->bottom, stack->size);
            sanitizer::destroy_tsan_fiber(stack->tsan_fiber);
            VALGRIND_STACK_DEREGISTER(stack->valgrind_id);
        }
        munmap(arena.base, arena.length);
    }
}

Stack& StackPool::acquire(std::size_t size) {
    constexpr std::size_t most = std::size_t{1} << 40;
    if (size > most) throw std::invalid_argument("stack_size of " + std::to_string(size) + " bytes");
    // The extra page holds what stands at the top (this record, the fiber's) and the colour.
    SizeClass& sizes =
        size_class(stack_guard_size + round_up(std::max(size, page_size), page_size) + page_size);
    if (!sizes.free) return carve(sizes);
    Stack& stack = *sizes.free;
    sizes.free = stack.next_free;
    sanitizer::forget_frames(stack.bottom, stack.size);
    stack.tsan_fiber = sanitizer::renew_tsan_fiber(stack.tsan_fiber, ++stack.uses);
    return stack;
}

void StackPool::release(Stack& stack) noexcept {
    const std::size_t stride = stack_guard_size + round_up(stack.size, page_size);
    const auto found = std::find_if(classes_.begin(), classes_.end(),
                                    [&](const SizeClass& c) { return c.stride == stride; });
    stack.next_free = found->free;
    found->free = &stack;
}

StackPool::SizeClass& StackPool::size_class(std::size_t stride) {
    for (SizeClass& sizes : classes_) {
        if (sizes.stride == stride) return sizes;
    }
    classes_.push_back(SizeClass{.stride = stride});
    return classes_.back();
}

Stack& StackPool::carve(SizeClass& sizes) {
    if (sizes.arena == 0 ||
        arenas_[sizes.arena - 1].carved + sizes.stride > arenas_[sizes.arena - 1].length) {
        add_arena(sizes);
    }
    Arena& arena = arenas_[sizes.arena - 1];
    char* const base = arena.base + arena.carved;
    install_guard(base);
    char* const end = base + sizes.stride - (arena.count % colours) * colour_step;
    void* const tsan_fiber = sanitizer::create_tsan_fiber();
    auto* stack = ::new (static_cast<void*>(end - sizeof(Stack))) Stack{};
    stack->bottom = base + stack_guard_size;
    stack->size = static_cast<std::size_t>(end - stack->bottom);
    sanitizer::forget_frames(stack->bottom, stack->size);  // what was mapped here before
    stack->tsan_fiber = tsan_fiber;
    stack->valgrind_id = VALGRIND_STACK_REGISTER(stack->bottom, end);
    arena.carved += sizes.stride;
    ++arena.count;
    return *stack;
}

void StackPool::add_arena(SizeClass& sizes) {
    // Large stacks come in smaller batches: an arena stays within about a quarter of a gigabyte.
    std::size_t count =
        std::max<std::size_t>(1, std::min(sizes.stacks_in_next_arena, (std::size_t{1} << 28) / sizes.stride));
    arenas_.reserve(arenas_.size() + 1);
    void* base = map(count * sizes.stride);
    // Near a limit a smaller batch may still fit.
    while (!base && count > 1) base = map((count /= 2) * sizes.stride);
    const std::size_t length = count * sizes.stride;
    if (!base) throw_out_of_memory(length);
    // A huge page under the top of one stack would hold many stacks' untouched pages.
    madvise(base, length, MADV_NOHUGEPAGE);
    arenas_.push_back(Arena{static_cast<char*>(base), length, sizes.stride, 0, 0});
    sizes.arena = arenas_.size();
    sizes.stacks_in_next_arena = std::min(most_in_arena, sizes.stacks_in_next_arena * 2);
}

void StackPool::install_guard(char* base) {
    if (guard_ == StackGuard::madvise) {
        if (madvise(base, stack_guard_size, madv_guard_install) == 0) return;
        if (mprotect_budget_ == 0) {
            mprotect_budget_ = guards_by_mprotect();
            report("fibers: locked memory (mlockall) takes no guards by madvise; mprotect guards at most " +
                   std::to_string(mprotect_budget_) + " stacks");
        }
    }
    if (mprotect_budget_ <= 1) throw_out_of_mappings();
    if (mprotect(base, stack_guard_size, PROT_NONE) != 0) throw_out_of_mappings();
    --mprotect_budget_;
}

const Stack* StackPool::guarding(const void* address) const noexcept {
    const auto* at = static_cast<const char*>(address);
    for (const Arena& arena : arenas_) {
        if (at < arena.base || at >= arena.base + arena.carved) continue;
        const auto index = static_cast<std::size_t>(at - arena.base) / arena.stride;
        const char* base = arena.base + index * arena.stride;
        if (at >= base + stack_guard_size) return nullptr;
        const char* end = base + arena.stride - (index % colours) * colour_step;
        return reinterpret_cast<const Stack*>(end - sizeof(Stack));
    }
    return nullptr;
}

std::size_t StackPool::reserved() const noexcept {
    std::size_t sum = 0;
    for (const Arena& arena : arenas_) sum += arena.length;
    return sum;
}

}  // namespace fibers::kernel
