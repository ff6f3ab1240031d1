// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fibers/source_location.hpp"
#include "fibers/task/any_future.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace detail {

// What handles of tasks have beside those of futures. `Handle` derives from it and from AnyFuture.
template <class Handle>
class TaskMembers {
public:
    // Its name: the given one or "Task-<number>". Never suspends.
    std::string name() const { return record().name(); }
    // Gives it another name; an empty one gives the default back. Never suspends. Source:
    // asyncio.Task.set_name.
    void set_name(std::string name) const { record().set_name(std::move(name)); }
    // Where the user created it. Never suspends.
    SourceLocation created_at() const { return record().created_at; }
    // How many cancel() calls there were, less uncancel() calls. Never suspends. Source:
    // asyncio.Task.cancelling.
    int cancelling() const { return record().cancelling(); }
    // Takes one cancel() back, and with the last one a cancellation that was not delivered yet. Returns how
    // many are left. For code that swallows a CancelledError on purpose. Never suspends. Source:
    // asyncio.Task.uncancel.
    int uncancel() const { return record().uncancel(); }

private:
    TaskRecord& record() const { return *static_cast<const Handle&>(*this).state().task(); }
};

}  // namespace detail

// A task whose type of value does not matter: what current_task() and all_tasks() give.
class AnyTask : public AnyFuture, public detail::TaskMembers<AnyTask> {
public:
    AnyTask() = default;
    explicit AnyTask(detail::TaskRecord& record) noexcept
        : AnyFuture(detail::Ref<detail::FutureState>(&record.future)) {}
};

// The task that runs now; an empty handle in a callback, which runs in none. Never suspends. Throws
// RuntimeError outside run(). Source: asyncio.current_task.
AnyTask current_task();

// The tasks of this thread's loop that are not done, in the order of their creation. Never suspends. Throws
// RuntimeError outside run(). Source: asyncio.all_tasks.
std::vector<AnyTask> all_tasks();

}  // namespace fibers
