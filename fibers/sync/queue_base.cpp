// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio's rule throughout: a waiter that is made ready is given nothing, it looks again; if it is cancelled
// instead, it wakes the next, who may find what it was woken for.
#include "fibers/sync/queue_base.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "fibers/cancel.hpp"

namespace fibers {

void QueueBase::check_loop() const {
    getters_.check_loop("a Queue");
    putters_.check_loop("a Queue");
    joiners_.check_loop("a Queue");
}

void QueueBase::wait_for_room() {
    check_loop();
    while (full() && !shut_down_) {
        kernel::running_fiber();
        kernel::WaitQueue::Place place(putters_, "room in a Queue");
        const kernel::Wake wake = putters_.wait(place);
        if (place.granted() && !full()) putters_.wake_one();
        kernel::throw_if_cancelled(wake);
    }
    if (shut_down_) throw QueueShutDown();
}

void QueueBase::check_room() const {
    check_loop();
    if (shut_down_) throw QueueShutDown();
    if (full()) throw QueueFull();
}

void QueueBase::item_added() noexcept {
    ++size_;
    ++unfinished_;
    getters_.wake_one();
}

void QueueBase::wait_for_item() {
    check_loop();
    while (empty() && !shut_down_) {
        kernel::running_fiber();
        kernel::WaitQueue::Place place(getters_, "an item of a Queue");
        const kernel::Wake wake = getters_.wait(place);
        if (place.granted() && !empty()) getters_.wake_one();
        kernel::throw_if_cancelled(wake);
    }
    if (empty()) throw QueueShutDown();
}

void QueueBase::check_item() const {
    check_loop();
    if (!empty()) return;
    if (shut_down_) throw QueueShutDown();
    throw QueueEmpty();
}

void QueueBase::item_taken() noexcept {
    --size_;
    putters_.wake_one();
}

void QueueBase::task_done() {
    check_loop();
    if (unfinished_ == 0) throw std::invalid_argument("task_done() called too many times");
    finish(1);
}

void QueueBase::finish(std::size_t count) noexcept {
    unfinished_ -= count;
    if (unfinished_ == 0) joiners_.wake_all();
}

void QueueBase::join() {
    check_loop();
    if (unfinished_ == 0) return;
    kernel::running_fiber();
    kernel::WaitQueue::Place place(joiners_, "the end of a Queue's work");
    kernel::throw_if_cancelled(joiners_.wait(place));
}

void QueueBase::shutdown(bool immediate) {
    check_loop();
    shut_down_ = true;
    if (immediate) {
        drop_items();
        // task_done() may have been called for items that nobody took
        finish(std::min(std::exchange(size_, 0), unfinished_));
    }
    getters_.wake_all();
    putters_.wake_all();
}

}  // namespace fibers
