// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/pool_state.hpp"

#include <stdexcept>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"

namespace fibers::detail {

PoolState::PoolState(std::size_t size)
    : size_(size), places_(static_cast<std::ptrdiff_t>(size), "a place in a Pool") {
    if (size == 0 || places_.free() < 0) throw std::invalid_argument("a Pool must have room for somebody");
}

const PoolState::Member* PoolState::current() const noexcept {
    const kernel::Fiber* const self = kernel::this_fiber;
    if (!self || !self->task) return nullptr;
    for (const Member& member : members_) {
        if (member.task == self->task) return &member;
    }
    return nullptr;
}

void PoolState::join() {
    if (current()) throw RuntimeError("a task of a Pool cannot wait for the end of all of them");
    while (!members_.empty()) {
        kernel::running_fiber();
        kernel::WaitQueue::Place place(joiners_, "the tasks of a Pool");
        kernel::throw_if_cancelled(joiners_.wait(place));
    }
}

std::vector<Ref<FutureState>> PoolState::cancel(const void* owner) const {
    std::vector<Ref<FutureState>> others;
    for (const Member& member : members_) {
        if (!member.task || (owner && member.owner != owner)) continue;
        if (kernel::this_fiber && kernel::this_fiber->task == member.task) continue;
        others.emplace_back(&member.task->future);
        member.task->future.cancel({});
    }
    return others;
}

void PoolState::kill(const void* owner) {
    for (auto tasks = cancel(owner); !tasks.empty(); tasks = cancel(owner)) {
        for (const Ref<FutureState>& task : tasks) task->wait(OnWaiterCancelled::leaves);
    }
}

void PoolState::end(const void* owner) noexcept {
    if (!kernel::this_fiber) {
        cancel(owner);
        return;
    }
    const kernel::Shield shield;
    kill(owner);
}

PoolMembership::PoolMembership(std::shared_ptr<PoolState> pool, const void* owner)
    : pool_(std::move(pool)), member_(pool_->members_.insert(pool_->members_.end(), {.owner = owner})) {}

PoolMembership::~PoolMembership() {
    if (!pool_) return;
    if (member_->has_place) pool_->places_.release();
    pool_->members_.erase(member_);
    if (pool_->members_.empty()) pool_->joiners_.wake_all();
}

void PoolMembership::take_place() {
    if (member_->has_place) return;
    pool_->places_.acquire();
    member_->has_place = true;
}

}  // namespace fibers::detail
