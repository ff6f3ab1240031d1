// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The pollers of the process, for those who must reach them from another thread: a close, a fork.
#pragma once

#include <mutex>
#include <vector>

namespace fibers::kernel {

class Poller;

// Every living poller. Never destroyed.
struct PollerRegistry {
    static PollerRegistry& instance();

    void add(Poller& poller);
    void remove(Poller& poller) noexcept;

    std::mutex mutex;              // guards the list; also held across fork()
    std::vector<Poller*> pollers;  // all of them, oldest first
};

}  // namespace fibers::kernel
