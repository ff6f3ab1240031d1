// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/loop_threads.hpp"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "fibers/error.hpp"

namespace fibers::kernel {

constinit std::atomic<int> loops_in_list{0};

namespace {

struct ListedLoop {
    std::uint64_t serial;    // the loop's
    std::thread::id thread;  // where it runs
};

struct LoopList {
    std::mutex mutex;               // guards the rest
    std::vector<ListedLoop> loops;  // those in debug mode that run now
};

// Never destroyed: loops may run until the process has ended.
LoopList& loop_list() {
    static auto& list = *new LoopList;
    return list;
}

}  // namespace

void list_loop(std::uint64_t serial) {
    LoopList& list = loop_list();
    const std::lock_guard lock(list.mutex);
    list.loops.push_back({serial, std::this_thread::get_id()});
    loops_in_list.fetch_add(1, std::memory_order_relaxed);
}

void unlist_loop(std::uint64_t serial) noexcept {
    LoopList& list = loop_list();
    const std::lock_guard lock(list.mutex);
    const auto removed = std::erase_if(list.loops, [&](const ListedLoop& at) { return at.serial == serial; });
    loops_in_list.fetch_sub(static_cast<int>(removed), std::memory_order_relaxed);
}

void refuse_other_thread(std::uint64_t serial) {
    LoopList& list = loop_list();
    const std::lock_guard lock(list.mutex);
    const auto found =
        std::ranges::find_if(list.loops, [&](const ListedLoop& at) { return at.serial == serial; });
    if (found == list.loops.end() || found->thread == std::this_thread::get_id()) return;
    throw RuntimeError(
        "Non-thread-safe operation invoked on an event loop other than the current one: other threads use "
        "call_soon_threadsafe() or run_threadsafe()");
}

}  // namespace fibers::kernel
