// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Callbacks for descriptors: what add_reader() and add_writer() keep for a loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "fibers/kernel/poller.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

// A loop's readers and writers, at most one of each for a descriptor.
class FdCallbacks final : public kernel::LoopPart {
public:
    explicit FdCallbacks(kernel::Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
    ~FdCallbacks() override { clear(); }

    // Calls `callback` in each turn in which `fd` is ready, from now on; replaces the one before. Throws
    // std::system_error.
    void set(int fd, kernel::Direction direction, std::function<void()> callback);
    // False if there is none.
    bool remove(int fd, kernel::Direction direction) noexcept;
    void clear() noexcept;

private:
    class Entry;
    using Key = std::pair<int, kernel::Direction>;

    kernel::Scheduler& scheduler_;
    std::map<Key, std::shared_ptr<Entry>> entries_;
};

}  // namespace fibers::detail
