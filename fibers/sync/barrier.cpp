// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio's states and rules, but without a lock: nothing here suspends between two looks. Who waits outside
// is woken only when there is room for it, so that it keeps its place in line.
#include "fibers/sync/barrier.hpp"

#include <stdexcept>

#include "fibers/cancel.hpp"

namespace fibers {

// A fiber's time inside.
class Barrier::Visit {
public:
    explicit Visit(Barrier& barrier) noexcept : barrier_(barrier) { ++barrier.count_; }
    ~Visit() { barrier_.leave(); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

private:
    Barrier& barrier_;
};

Barrier::Barrier(std::size_t parties) : parties_(parties) {
    if (parties == 0) throw std::invalid_argument("parties must be > 0");
}

std::size_t Barrier::wait() {
    check_loop();
    come_in();
    const Visit visit(*this);
    if (count_ == parties_) {
        state_ = State::draining;
        gone_on_ = 0;
        inside_.wake_all();
        return parties_ - 1;
    }
    kernel::running_fiber();
    kernel::WaitQueue::Place place(inside_, "others at a Barrier");
    kernel::throw_if_cancelled(inside_.wait(place));
    // As in asyncio, what counts is how things stand when this fiber runs again.
    if (state_ != State::draining) throw BrokenBarrierError("Abort or reset of barrier");
    return gone_on_++;
}

void Barrier::check_loop() const {
    inside_.check_loop("a Barrier");
    outside_.check_loop("a Barrier");
}

bool Barrier::has_room() const noexcept {
    return state_ == State::filling && count_ + entering_ < parties_;
}

// Waits outside while there is no room. Who was woken to come in may do so even if others were, too.
void Barrier::come_in() {
    if (has_room()) return;
    while (state_ != State::broken) {
        kernel::running_fiber();
        kernel::WaitQueue::Place place(outside_, "a Barrier to be empty");
        const kernel::Wake wake = outside_.wait(place);
        if (wake == kernel::Wake::ready || place.granted()) --entering_;
        if (wake == kernel::Wake::cancelled) {
            let_in();  // somebody else, if this one might have
            kernel::throw_cancelled();
        }
        if (state_ == State::filling && count_ < parties_) return;
    }
    throw BrokenBarrierError("Barrier aborted");
}

void Barrier::let_in() noexcept {
    while (has_room() && outside_.wake_one()) ++entering_;
}

void Barrier::leave() noexcept {
    --count_;
    if (count_ == 0 && (state_ == State::draining || state_ == State::resetting)) state_ = State::filling;
    let_in();
}

void Barrier::reset() {
    check_loop();
    state_ = count_ > 0 ? State::resetting : State::filling;
    inside_.wake_all();
    let_in();
}

void Barrier::abort() {
    check_loop();
    state_ = State::broken;
    inside_.wake_all();
    entering_ += outside_.size();
    outside_.wake_all();
}

}  // namespace fibers
