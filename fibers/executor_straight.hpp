// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

// While it lives, the calls of this fiber go straight to libc and block the thread: for calls that are known
// to be short. Nothing outside a fiber.
class Straight {
public:
    Straight() noexcept : fiber_(kernel::this_fiber) {
        if (fiber_) ++fiber_->passthrough;
    }
    ~Straight() {
        if (fiber_) --fiber_->passthrough;
    }
    Straight(const Straight&) = delete;
    Straight& operator=(const Straight&) = delete;

private:
    kernel::Fiber* const fiber_;
};

}  // namespace fibers::detail
