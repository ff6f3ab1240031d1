// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A loop of bare fibers for tests of the kernel: no tasks, no run().
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>
#include "fibers/source_location.hpp"

#include "fibers/kernel/park.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace test {

// Runs bodies as fibers until all have ended. A deadlock is thrown as a std::runtime_error with the
// scheduler's list.
class KernelRun {
public:
    explicit KernelRun(fibers::Clock* clock = nullptr) : scheduler(clock) {}

    fibers::kernel::Fiber& spawn(std::function<void()> body,
                                 const fibers::SourceLocation& where = fibers::SourceLocation::current()) {
        ++living_;
        return scheduler.spawn(
            [this, body = std::move(body)] {
                body();
                --living_;
            },
            fibers::kernel::default_stack_size, where);
    }

    void run() {
        scheduler.run([](void* self) { return static_cast<KernelRun*>(self)->over(); },
                      [](void* self) { static_cast<KernelRun*>(self)->on_deadlock(); }, this);
        if (!deadlock.empty()) throw std::runtime_error(deadlock);
    }

    fibers::kernel::Scheduler scheduler;
    std::string deadlock;  // the list of who waited, if it came to that

private:
    bool over() const { return living_ == 0 || !deadlock.empty(); }
    void on_deadlock() { deadlock = "deadlock:" + scheduler.describe_waiting(); }

    int living_ = 0;
};

// A wait that only its test ends.
class TestWait final : public fibers::kernel::Wait {
public:
    explicit TestWait(fibers::kernel::OnCancel on_cancel = fibers::kernel::OnCancel::throws)
        : Wait("a test", on_cancel) {}
    int unlinked = 0;  // how often it was told to stop waiting

private:
    void unlink() noexcept override { ++unlinked; }
};

// Virtual time for tests below the floor where debug::TestClock lives.
class JumpingClock final : public fibers::Clock {
public:
    fibers::TimePoint now() noexcept override { return now_; }
    bool jump_to(fibers::TimePoint next) noexcept override {
        now_ = next;
        return true;
    }

private:
    fibers::TimePoint now_{std::chrono::hours(1)};
};

}  // namespace test
