// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The parking lot that every primitive is made of: fibers waiting for one thing, first come, first served.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fibers/kernel/park.hpp"

namespace fibers::kernel {

// FIFO of parked fibers of one loop. Must be empty when it dies. Loop's thread only; no locks.
class WaitQueue {
public:
    WaitQueue() = default;
    WaitQueue(const WaitQueue&) = delete;
    WaitQueue& operator=(const WaitQueue&) = delete;

    // One fiber's place in the queue.
    class Place : public Wait {
    public:
        Place(WaitQueue& queue, const char* what, OnCancel on_cancel = OnCancel::throws) noexcept
            : Wait(what, on_cancel), queue_(queue) {}

    private:
        friend class WaitQueue;
        void unlink() noexcept override { queue_.remove(*this); }
        WaitQueue& queue_;
        Place* previous_ = nullptr;
        Place* following_ = nullptr;
        std::uint64_t number_ = 0;  // counted per queue: who has the lower one came first
    };

    bool empty() const noexcept { return first_ == nullptr; }
    std::size_t size() const noexcept { return size_; }

    // For who is about to wait here, or to wake somebody, before anything else: throws RuntimeError("<what>
    // is bound to a different event loop…") if fibers of another loop wait here. The only one for any thread.
    void check_loop(const char* what) const {
        const std::uint64_t loop = loop_.load(std::memory_order_relaxed);
        if (loop == 0 || (this_scheduler && this_scheduler->serial() == loop)) return;
        refuse(what, loop);
    }
    // Parks the running fiber at `place`, at the end of the queue. Always suspends; see park().
    // place.granted() tells whether a wake_one() was spent on a wait that a cancellation then ended.
    Wake wait(Place& place, TimePoint deadline = never);
    // Parks it once more, where it stood: for who was woken and then found nothing. Always suspends; see
    // park().
    Wake wait_again(Place& place, TimePoint deadline = never);
    // Makes the longest waiting fiber ready; false if there is none. Never suspends.
    bool wake_one() noexcept;
    // Makes all of them ready, in order. Never suspends.
    void wake_all() noexcept;

private:
    static void refuse(const char* what, std::uint64_t loop);
    void insert(Place& place, Place* previous) noexcept;
    void remove(Place& place) noexcept;

    Place* first_ = nullptr;
    Place* last_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t last_number_ = 0;
    std::atomic<std::uint64_t> loop_{0};  // whose fibers wait here: its serial; 0 while none does
};

}  // namespace fibers::kernel
