// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/poller_registry.hpp"

#include <pthread.h>

#include <algorithm>

#include "fibers/kernel/poller.hpp"

namespace fibers::kernel {
namespace {

void before_fork() {
    PollerRegistry::instance().mutex.lock();
}
void after_fork_in_parent() {
    PollerRegistry::instance().mutex.unlock();
}
// Every loop of the parent is dead in the child, whichever thread forked; its descriptors are the parent's.
void after_fork_in_child() {
    PollerRegistry& registry = PollerRegistry::instance();
    for (Poller* poller : registry.pollers) poller->abandon_after_fork();
    registry.pollers.clear();
    registry.mutex.unlock();
}

// Made before main(): were it made by the first loop, a thread that forks just then would leave its child a
// static that is for ever half made. (Likely so: pthread_atfork() waits for a fork that is under way.)
[[maybe_unused]] PollerRegistry& made_early = PollerRegistry::instance();

}  // namespace

PollerRegistry& PollerRegistry::instance() {
    static PollerRegistry& registry = *[] {
        pthread_atfork(&before_fork, &after_fork_in_parent, &after_fork_in_child);
        return new PollerRegistry;
    }();
    return registry;
}

void PollerRegistry::add(Poller& poller) {
    const std::lock_guard lock(mutex);
    pollers.push_back(&poller);
}

void PollerRegistry::remove(Poller& poller) noexcept {
    const std::lock_guard lock(mutex);
    std::erase(pollers, &poller);
}

}  // namespace fibers::kernel
