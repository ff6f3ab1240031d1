// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/clock.hpp"

namespace fibers::debug {

// Virtual time, for tests: stands still while anybody can run, and jumps to the next deadline when everybody
// waits, so that an hour's sleep takes no time and the order of events is the same in every run. Give it to
// run() as RunOptions::clock; it must outlive that. Starts at one hour after the clock's epoch.
class TestClock final : public Clock {
public:
    TimePoint now() noexcept override { return now_; }
    bool jump_to(TimePoint next) noexcept override {
        now_ = next > now_ ? next : now_;
        return true;
    }
    // Lets time pass by hand, as a function would that computes for so long. Never suspends.
    void advance(Duration d) noexcept { now_ += d; }
    // How much time has passed since the clock was made.
    Duration elapsed() const noexcept { return now_ - start; }

private:
    static constexpr TimePoint start{std::chrono::hours(1)};
    TimePoint now_ = start;
};

}  // namespace fibers::debug
