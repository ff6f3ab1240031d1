// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Deadlines of a loop, earliest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fibers/clock.hpp"

namespace fibers::kernel {

// One deadline. Lives in whatever waits (a Wait on a fiber's stack, a handle); must be removed before it
// dies.
struct Timer {
    static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

    explicit Timer(void (*on_due)(Timer&) noexcept) noexcept : fire(on_due) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    bool armed() const noexcept { return index != unarmed; }

    TimePoint when = never;         // the deadline; read while armed
    std::uint64_t order = 0;        // of arming: equal deadlines fire in this order
    std::size_t index = unarmed;    // its place in the heap
    void (*fire)(Timer&) noexcept;  // called on the loop's stack once the deadline has passed, after removal
};

// A binary heap of pointers that knows each timer's place, so that cancelling is O(log n) and leaves nothing
// behind. Memory is only asked for when the heap grows past its largest size so far.
class TimerHeap {
public:
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }
    // The earliest deadline, or `never`.
    TimePoint earliest() const noexcept { return heap_.empty() ? never : heap_.front().when; }

    // Arms a timer that is not armed. Throws std::bad_alloc.
    void add(Timer& timer, TimePoint when);
    // Disarms it; nothing happens if it is not armed.
    void remove(Timer& timer) noexcept;
    // Removes every timer due at `now` and calls its fire(); timers added meanwhile wait for the next call.
    void fire_due(TimePoint now) noexcept;

private:
    struct Entry {
        TimePoint when;       // beside the pointer: comparing touches no timer
        std::uint64_t order;  // ditto
        Timer* timer;         // whose it is
        bool before(const Entry& other) const noexcept {
            return when != other.when ? when < other.when : order < other.order;
        }
    };
    void place(std::size_t index, const Entry& entry) noexcept;
    void sift_up(std::size_t index, Entry entry) noexcept;
    void sift_down(std::size_t index, Entry entry) noexcept;

    std::vector<Entry> heap_;
    std::uint64_t next_order_ = 0;
};

}  // namespace fibers::kernel
