// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The one retry loop: try, and if the kernel says EAGAIN wait and try again.
#pragma once

#include <cerrno>

#include "fibers/io.hpp"
#include "netpatch/fd_table.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {

using fibers::kernel::Direction;
using fibers::kernel::FdWatch;

// What one call knows while it waits for its descriptor: since when, how long it may, whose turn is next.
class DescriptorWait {
public:
    // What to do after wait().
    enum class Next : std::uint8_t {
        again,     // try once more
        blocking,  // nobody can wait for it: make the blocking call
        fail,      // the call fails; errno says why
    };

    DescriptorWait(int fd, Description& description, Direction direction) noexcept
        : fd_(fd), description_(description), direction_(direction) {}
    // An edge is given to one waiter: who has waited wakes the next. A child forked in the midst of the call
    // (by a signal handler) has nobody to wake.
    ~DescriptorWait() {
        if (holds_edge_ && policy::this_fiber) poller().pass_baton(*watch_, direction_);
    }
    DescriptorWait(const DescriptorWait&) = delete;
    DescriptorWait& operator=(const DescriptorWait&) = delete;

    int fd() const noexcept { return fd_; }
    Description& description() const noexcept { return description_; }

    // Waits until a try may succeed, within the descriptor's time limit (counted from the first wait, as the
    // kernel's is). Never throws. Suspends; notices cancellation, answering ECANCELED.
    Next wait() noexcept;

    // Skips the first try if the last read emptied the descriptor and nothing has come since; the poller
    // looks before it relies on that.
    void trust_hint() noexcept {
        watch_ = poller().find(fd_);
        hinted_ = watch_ && watch_->drained;
    }
    bool hinted() const noexcept { return hinted_; }
    // Notes that a read gave less than it was asked for; after trust_hint().
    void note_drained() noexcept {
        if (watch_ && !watch_->closed_seen && watch_->poller->edge_triggered()) watch_->drained = true;
    }
    // When the time limit ends, once wait() was called.
    fibers::TimePoint deadline() noexcept;

    // For calls of several transfers, before the first: notes which file the number has.
    void begin_parts() noexcept { generation_ = fibers::kernel::fd_generation(fd_); }
    // Before each further one: whether the number was closed meanwhile. It may be a stranger's by now, whom
    // the rest is not for; the call ends with what it has done.
    bool was_closed() const noexcept { return fibers::kernel::fd_generation(fd_) != generation_; }

private:
    static fibers::kernel::Poller& poller() noexcept { return policy::this_fiber->scheduler.poller(); }
    Next fail_with(int error) noexcept {
        errno = error;
        return Next::fail;
    }

    int fd_;
    Description& description_;
    FdWatch* watch_ = nullptr;      // what the loop knows of it, once asked for
    std::uint32_t generation_ = 0;  // of the number, at begin_parts()
    Direction direction_;
    bool hinted_ = false;
    bool holds_edge_ = false;
    bool deadline_known_ = false;
    fibers::TimePoint deadline_ = fibers::never;
};

// Waits and runs attempt() until it says something else than -1 with EAGAIN.
template <class Attempt, class Blocking>
auto wait_and_retry(DescriptorWait& wait, Attempt& attempt, Blocking& blocking) -> decltype(attempt()) {
    for (;;) {
        const DescriptorWait::Next next = wait.wait();
        if (next != DescriptorWait::Next::again) [[unlikely]]
            return next == DescriptorWait::Next::blocking ? blocking() : -1;
        const auto result = attempt();
        if (result >= 0 || errno != EAGAIN) [[likely]]
            return result;
    }
}

// Whether a first try is the call's result.
template <class Result>
bool settles(Result first) {
    if (first < 0) return errno != EAGAIN;
    policy::spend_budget();
    return true;
}

// Runs attempt() until it says something else than -1 with EAGAIN; `blocking` is for what cannot be waited
// for. attempt must not block.
template <class Attempt, class Blocking>
auto retry(DescriptorWait& wait, Attempt&& attempt, Blocking&& blocking) -> decltype(attempt()) {
    if (!wait.hinted()) {
        const auto first = attempt();
        if (settles(first)) return first;
    }
    return wait_and_retry(wait, attempt, blocking);
}
template <class Attempt>
auto retry(DescriptorWait& wait, Attempt&& attempt) -> decltype(attempt()) {
    return retry(wait, attempt, attempt);
}

// fibers::kernel::sleep_until for C callers: answers cancellation, never throws.
fibers::kernel::Wake sleep_until(fibers::TimePoint deadline) noexcept;
// The errno of a wait that ended so; 0 if it ended as it should.
int sleep_error(fibers::kernel::Wake wake) noexcept;

// -1 with `error`.
inline int fail_with(int error) noexcept {
    errno = error;
    return -1;
}

}  // namespace netpatch
