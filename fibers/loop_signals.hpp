// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Signals as callbacks of a loop: what add_signal_handler() keeps.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

// A loop's signal handlers. At most one loop has one for each signal.
class SignalCallbacks final : public kernel::LoopPart {
public:
    explicit SignalCallbacks(kernel::Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
    ~SignalCallbacks() override { clear(); }

    // Calls `callback` on the loop when the signal came; replaces the one before. Throws RuntimeError,
    // std::invalid_argument.
    void set(int number, std::function<void()> callback);
    // Gives the signal its default disposition back; false if there is none.
    bool remove(int number) noexcept;
    void clear() noexcept;

private:
    class Entry;
    static void on_signal(int number) noexcept;

    kernel::Scheduler& scheduler_;
    std::map<int, std::shared_ptr<Entry>> entries_;
};

}  // namespace fibers::detail
