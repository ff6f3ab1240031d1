// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a task is beside a future: a fiber, a name, a count of cancellations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "fibers/kernel/fiber.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/future_state.hpp"
#include "fibers/task/task_options.hpp"

namespace fibers::detail {

// Stands beside a FutureState in the state of a task. The fiber holds the state strongly while it lives, so
// that a dropped handle loses nothing; a finished task keeps no fiber, so that a kept handle pins no stack.
struct TaskRecord {
    TaskRecord(FutureState& its_future, std::string its_name, const SourceLocation& where) noexcept
        : future(its_future), given_name(std::move(its_name)), created_at(where) {}

    // Ties the task to the fiber that runs it.
    void start(kernel::Fiber& its_fiber) noexcept;
    // Called in the fiber, before the body: throws CancelledError if it shall not begin.
    void throw_if_cancelled_before_start();
    // Called in the fiber, where the value stands in the state and the body is over.
    void finish_returned() noexcept;
    // Called in the fiber, in a handler for what the body threw.
    void finish_threw() noexcept;
    // Lets go of a fiber that will never run again.
    void abandon() noexcept;

    // asyncio's Task.cancel(): counts the request and hands it to the fiber; false if it is done.
    bool cancel(const std::string& message);
    // Takes one request back; the last one takes back what was not delivered yet. Returns how many are left.
    int uncancel() noexcept;
    int cancelling() const noexcept { return cancel_requests; }
    // Its name, by default "Task-<number>".
    std::string name() const;
    void set_name(std::string name) noexcept;
    std::string details() const;

    FutureState& future;             // the other half
    std::string given_name;          // by the user; empty: the default
    SourceLocation created_at;       // the user's file and line
    kernel::Fiber* fiber = nullptr;  // null once it is done
    std::uint64_t id = 0;            // the fiber's
    int cancel_requests = 0;         // less those taken back

private:
    void finished() noexcept;
};

// The task of the running fiber. Throws RuntimeError if there is none; `needed_by` begins the sentence.
TaskRecord& running_task(const char* needed_by);

// The loop of this thread. Throws RuntimeError("no running event loop…").
kernel::Scheduler& running_scheduler();

}  // namespace fibers::detail
