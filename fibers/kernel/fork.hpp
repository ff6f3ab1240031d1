// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a forked child must find in order, although it has none of its parent's other threads.
#pragma once

#include <pthread.h>

#include <mutex>

namespace fibers::kernel {

// From now on every fork() takes this mutex first, so that no child finds it locked by a thread it does not
// have, or what it guards half changed. To be called before main(): see poller_registry.cpp. Who holds the
// mutex must neither suspend nor take another: forks take them in any order.
template <std::mutex& mutex>
bool hold_across_fork() noexcept {
    return ::pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); }, [] { mutex.unlock(); }) == 0;
}

}  // namespace fibers::kernel
