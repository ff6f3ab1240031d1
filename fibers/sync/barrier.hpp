// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "fibers/error.hpp"
#include "fibers/kernel/wait_queue.hpp"

namespace fibers {

// Thrown by wait() of a Barrier that was aborted, or reset while it was waited at.
class BrokenBarrierError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

// A place where so many fibers wait for each other and then go on together, again and again: it fills, lets
// all go, and when the last has gone it may be filled anew; who comes too early for that waits in line
// outside. For the thread of one loop only: in another one, while somebody waits, it throws RuntimeError.
// Nobody may wait when it dies. Source: asyncio.Barrier.
class Barrier {
public:
    // For that many fibers. Throws std::invalid_argument if there are none.
    explicit Barrier(std::size_t parties);

    // Waits until as many fibers as there are parties have come, and returns which of them this one is: 0 for
    // the first that goes on of those that waited, and so on, parties() - 1 for who came last and did not
    // wait. Suspends unless it is the last; notices cancellation, which makes room for another. Throws
    // BrokenBarrierError if the barrier is or becomes broken, or is reset before this fiber has gone on;
    // CancelledError; RuntimeError if it would have to wait outside a fiber.
    std::size_t wait();
    // Makes it empty and whole again; who waits at it gets BrokenBarrierError, who waits outside comes in
    // once these have gone. Never suspends.
    void reset();
    // Breaks it: who waits, and who comes before it is reset, gets BrokenBarrierError. Never suspends.
    void abort();

    // How many it takes. Never suspends.
    std::size_t parties() const noexcept { return parties_; }
    // How many wait for others to come; 0 while it does not fill. Never suspends.
    std::size_t n_waiting() const noexcept { return state_ == State::filling ? count_ : 0; }
    // Whether it was aborted and not reset since. Never suspends.
    bool broken() const noexcept { return state_ == State::broken; }

private:
    enum class State : std::uint8_t {
        filling,    // fibers come and wait
        draining,   // all have come; those that waited have not all gone on yet
        resetting,  // those that waited when it was reset have not all gone yet
        broken,     // aborted
    };
    class Visit;
    void check_loop() const;
    void come_in();
    bool has_room() const noexcept;
    void let_in() noexcept;
    void leave() noexcept;

    const std::size_t parties_;
    State state_ = State::filling;
    std::size_t count_ = 0;     // fibers inside
    std::size_t entering_ = 0;  // fibers that were woken to come in and have not run yet
    std::size_t gone_on_ = 0;   // of those inside when it filled
    kernel::WaitQueue inside_;
    kernel::WaitQueue outside_;
};

}  // namespace fibers
