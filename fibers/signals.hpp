// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Ctrl-C, as asyncio.run has it.
#pragma once

#include <atomic>
#include <utility>

#include "fibers/kernel/poller.hpp"

namespace fibers::detail {

// While it lives, the first SIGINT is noted and wakes a loop, and the second ends the process as if there
// were no handler. Does nothing off the program's main thread, or where SIGINT's disposition is not the
// default.
class InterruptScope {
public:
    explicit InterruptScope(kernel::Poller& to_wake) noexcept;
    ~InterruptScope() { close(); }
    InterruptScope(const InterruptScope&) = delete;
    InterruptScope& operator=(const InterruptScope&) = delete;

    // Whether a SIGINT came.
    bool interrupted() const noexcept { return interrupted_.load(std::memory_order_relaxed); }
    // The same, but true only once.
    bool take() noexcept { return interrupted() && !std::exchange(taken_, true); }
    // Gives SIGINT its default disposition back, if it is still ours.
    void close() noexcept;

private:
    static void on_signal(int signal) noexcept;

    kernel::Poller& to_wake_;
    std::atomic<bool> interrupted_{false};
    bool taken_ = false;
    bool active_ = false;
};

}  // namespace fibers::detail
