// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <vector>

#include "fibers/error.hpp"
#include "fibers/kernel/stack.hpp"

using fibers::kernel::default_stack_size;
using fibers::kernel::Stack;
using fibers::kernel::stack_guard_size;
using fibers::kernel::StackGuard;
using fibers::kernel::StackPool;

namespace {
// FIBERS_STACK_GUARD for the time of a test.
class GuardSetting {
public:
    explicit GuardSetting(const char* value) { setenv("FIBERS_STACK_GUARD", value, 1); }
    ~GuardSetting() { unsetenv("FIBERS_STACK_GUARD"); }
};
}  // namespace

TEST_CASE("stacks: at least as large as asked for, writable to the last byte, guarded right below") {
    const char* guard = GENERATE("", "mprotect");
    const GuardSetting setting(guard);
    StackPool pool;
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{5000}, default_stack_size, std::size_t{1} << 20}) {
        Stack& stack = pool.acquire(size);
        CHECK(stack.size >= size);
        std::memset(stack.bottom, 1, static_cast<std::size_t>(stack.top() - stack.bottom));
        CHECK(pool.guarding(stack.bottom - 1) == &stack);
        CHECK(pool.guarding(stack.bottom - stack_guard_size) == &stack);
        CHECK(pool.guarding(stack.bottom) == nullptr);
    }
}

TEST_CASE("stacks: the last one given back is the first one given out") {
    StackPool pool;
    Stack& a = pool.acquire(default_stack_size);
    Stack& b = pool.acquire(default_stack_size);
    pool.release(a);
    pool.release(b);
    CHECK(&pool.acquire(default_stack_size) == &b);
    CHECK(&pool.acquire(default_stack_size) == &a);
}

TEST_CASE("stacks: tops are spread over the cache's sets") {
    StackPool pool;
    std::set<std::uintptr_t> sets;
    for (int i = 0; i < 256; ++i) {
        sets.insert(reinterpret_cast<std::uintptr_t>(pool.acquire(default_stack_size).top()) / 64 % 64);
    }
    CHECK(sets.size() >= 16);
}

TEST_CASE("stacks: a size no stack can have and an unknown kind of guard are errors that say so") {
    StackPool pool;
    CHECK_THROWS_AS(pool.acquire(std::size_t{1} << 50), std::invalid_argument);
    const GuardSetting setting("paper");
    CHECK_THROWS_WITH(StackPool(), Catch::Contains("FIBERS_STACK_GUARD=paper: use madvise or mprotect"));
}
