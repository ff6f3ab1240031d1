// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The one door: the only function through which a running fiber leaves, and the only one that makes it ready
// again.
//
// Every primitive is a Wait and a park(); cancellation, deadlines and "what does it wait for" then work
// everywhere.
#pragma once

#include <string>

#include "fibers/clock.hpp"
#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/kernel/wait.hpp"

namespace fibers::kernel {

// Leaves the running fiber until unpark(), its deadline, or a cancellation. Always suspends (if a
// cancellation is due already, or the deadline is no later than now, for one turn), unless a C call is to
// answer a cancellation or has. Returns why. Only inside a fiber. Nothing between the caller's last look at
// the world and park() may let others run.
Wake park(Wait& wait, TimePoint deadline = never);

// Makes a parked fiber ready, to find `why` as park()'s result. False if it is not parked (somebody was
// first). `ready` is for who has already taken the wait out of its queue; any other reason makes the wait
// unlink itself. Only on the fiber's own thread. Never suspends.
bool unpark(Fiber& fiber, Wake why = Wake::ready) noexcept;

// Asks for a fiber's cancellation: ends or hands on its wait if that can be cancelled, else it stays pending
// for the next that can. Only on the fiber's own thread. Never suspends. (Counting requests is the task
// floor's.)
void request_cancel(Fiber& fiber, const std::string& message);

// Delivers a cancellation that is due, if one may be delivered now: else `ready`.
Wake take_due_cancellation(Fiber& self, OnCancel on_cancel) noexcept;

// Sends the running fiber to the end of the ready queue. Always suspends; heeds no cancellation.
inline void to_end_of_ready_queue(Fiber& self) noexcept {
    self.state = FiberState::ready;
    self.budget = 0;
    self.scheduler.make_ready(self);
    self.scheduler.switch_out(self);
}

// Gives way: the running fiber goes to the end of the ready queue. Always suspends; notices cancellation
// (returns `cancelled`). In line: it is the shortest way through a switch.
inline Wake give_way(OnCancel on_cancel = OnCancel::throws) noexcept {
    Fiber& self = *this_fiber;
    to_end_of_ready_queue(self);
    if (self.cancel_pending || self.cancel_answered) [[unlikely]]
        return take_due_cancellation(self, on_cancel);
    return Wake::ready;
}

}  // namespace fibers::kernel
