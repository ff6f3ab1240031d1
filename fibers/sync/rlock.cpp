// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/rlock.hpp"

#include "fibers/error.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers {
namespace {

// Not its address, which the next fiber may have when it has ended.
std::uint64_t own_id() noexcept {
    return kernel::this_fiber ? kernel::this_fiber->id : 0;
}

}  // namespace

bool RLock::is_ours() const noexcept {
    return depth_ > 0 && owner_ == own_id();
}

void RLock::take() noexcept {
    owner_ = own_id();
    ++depth_;
}

void RLock::lock() {
    if (!is_ours()) lock_.lock();
    take();
}

bool RLock::try_lock() noexcept {
    if (!is_ours() && !lock_.try_lock()) return false;
    take();
    return true;
}

void RLock::unlock() {
    if (!is_ours()) throw RuntimeError("cannot release un-acquired lock");
    if (--depth_ == 0) lock_.unlock();
}

}  // namespace fibers
