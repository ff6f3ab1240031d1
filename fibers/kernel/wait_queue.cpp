// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/wait_queue.hpp"

#include <string>

#include "fibers/error.hpp"

namespace fibers::kernel {

Wake WaitQueue::wait(Place& place, TimePoint deadline) {
    place.number_ = ++last_number_;
    insert(place, last_);
    return park(place, deadline);
}

Wake WaitQueue::wait_again(Place& place, TimePoint deadline) {
    Place* previous = nullptr;
    for (Place* at = first_; at && at->number_ < place.number_; at = at->following_) previous = at;
    insert(place, previous);
    return park(place, deadline);
}

void WaitQueue::insert(Place& place, Place* previous) noexcept {
    place.previous_ = previous;
    place.following_ = previous ? previous->following_ : first_;
    (place.previous_ ? place.previous_->following_ : first_) = &place;
    (place.following_ ? place.following_->previous_ : last_) = &place;
    ++size_;
    loop_.store(this_scheduler->serial(), std::memory_order_relaxed);
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
    if (--size_ == 0) loop_.store(0, std::memory_order_relaxed);
}

// A forked child may give up locks that fibers waited for which it does not have.
void WaitQueue::refuse(const char* what, std::uint64_t loop) {
    if (Scheduler::left_behind(loop)) return;
    throw RuntimeError(std::string(what) +
                       " is bound to a different event loop: other threads use call_soon_threadsafe()");
}

}  // namespace fibers::kernel
