// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/timer_heap.hpp"

namespace fibers::kernel {

void TimerHeap::add(Timer& timer, TimePoint when) {
    timer.when = when;
    timer.order = next_order_++;
    heap_.emplace_back();
    sift_up(heap_.size() - 1, Entry{when, timer.order, &timer});
}

void TimerHeap::remove(Timer& timer) noexcept {
    if (!timer.armed()) return;
    const std::size_t hole = timer.index;
    timer.index = Timer::unarmed;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (last.timer == &timer) return;
    if (hole > 0 && last.before(heap_[(hole - 1) / 2])) {
        sift_up(hole, last);
    } else {
        sift_down(hole, last);
    }
}

void TimerHeap::fire_due(TimePoint now) noexcept {
    const std::uint64_t born_later = next_order_;
    while (!heap_.empty() && heap_.front().when <= now && heap_.front().order < born_later) {
        Timer& timer = *heap_.front().timer;
        remove(timer);
        timer.fire(timer);
    }
}

void TimerHeap::place(std::size_t index, const Entry& entry) noexcept {
    heap_[index] = entry;
    entry.timer->index = index;
}

void TimerHeap::sift_up(std::size_t index, Entry entry) noexcept {
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!entry.before(heap_[parent])) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, entry);
}

void TimerHeap::sift_down(std::size_t index, Entry entry) noexcept {
    const std::size_t count = heap_.size();
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= count) break;
        if (child + 1 < count && heap_[child + 1].before(heap_[child])) ++child;
        if (!heap_[child].before(entry)) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, entry);
}

}  // namespace fibers::kernel
