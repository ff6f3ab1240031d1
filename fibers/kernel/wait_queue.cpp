// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/wait_queue.hpp"

namespace fibers::kernel {

Wake WaitQueue::wait(Place& place, TimePoint deadline) {
    place.previous_ = last_;
    place.following_ = nullptr;
    (last_ ? last_->following_ : first_) = &place;
    last_ = &place;
    ++size_;
    return park(place, deadline);
}

bool WaitQueue::wake_one() noexcept {
    if (!first_) return false;
    Place& place = *first_;
    remove(place);
    return unpark(place.fiber());
}

void WaitQueue::wake_all() noexcept {
    // Only those that wait now: who is woken may come back.
    for (std::size_t left = size_; left > 0; --left) wake_one();
}

void WaitQueue::remove(Place& place) noexcept {
    (place.previous_ ? place.previous_->following_ : first_) = place.following_;
    (place.following_ ? place.following_->previous_ : last_) = place.previous_;
    --size_;
}

}  // namespace fibers::kernel
