// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio's TaskGroup, rule by rule: who cancels whom, and which exception wins.
#include "fibers/task/task_group.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/task/exception_info.hpp"

namespace fibers {

struct TaskGroup::Child final : detail::DoneNotice {
    Child(TaskGroup& its_group, detail::FutureState& state) noexcept : group(its_group), task(&state) {}
    static void* operator new(std::size_t size) { return kernel::slab_allocate(size); }
    static void operator delete(void* p, std::size_t size) noexcept { kernel::slab_free(p, size); }
    void arrived() noexcept override { group.child_done(*this); }

    TaskGroup& group;                       // whose child it is
    detail::Ref<detail::FutureState> task;  // what it tells the end of
    Child* previous = nullptr;              // in the group's list
    Child* following = nullptr;             // ditto
};

TaskGroup::TaskGroup() : parent_(detail::running_task("TaskGroup::run()")) {}

TaskGroup::~TaskGroup() {
    while (first_) remove(*first_);  // only when the thread itself is unwound
}

void TaskGroup::check_open() const {
    if (exiting_ && !first_) throw RuntimeError("TaskGroup is finished");
    if (aborting_) throw RuntimeError("TaskGroup is shutting down");
}

void TaskGroup::add(detail::FutureState& task) {
    auto* const child = new Child(*this, task);
    child->previous = last_;
    (last_ ? last_->following : first_) = child;
    last_ = child;
    child->listen(task);
}

void TaskGroup::remove(Child& child) noexcept {
    (child.previous ? child.previous->following : first_) = child.following;
    (child.following ? child.following->previous : last_) = child.previous;
    delete &child;
}

void TaskGroup::child_done(Child& child) noexcept {
    const detail::Ref<detail::FutureState> task = child.task;
    remove(child);
    if (!first_) waiting_.wake_all();
    if (task->status() != detail::FutureStatus::error) return;
    errors_.push_back(task->error());
    if (aborting_ || cancelled_parent_) return;
    // The body is to end as well; leave() takes this cancellation back.
    abort();
    cancelled_parent_ = true;
    parent_.cancel({});
}

void TaskGroup::abort() {
    aborting_ = true;
    for (Child* child = first_; child; child = child->following) child->task->cancel({});
}

std::exception_ptr TaskGroup::wait_for_tasks() {
    std::exception_ptr cancelled;
    while (first_) {
        kernel::running_fiber();  // a forked child has none
        kernel::WaitQueue::Place place(waiting_, "the tasks of a TaskGroup");
        if (waiting_.wait(place) != kernel::Wake::cancelled || aborting_) continue;
        cancelled = std::make_exception_ptr(CancelledError(parent_.fiber->cancel_message));
        abort();
    }
    return cancelled;
}

void TaskGroup::leave(const std::exception_ptr& thrown) {
    exiting_ = true;
    std::exception_ptr cancelled = detail::is_cancellation(thrown) ? thrown : nullptr;
    if (thrown && !aborting_) abort();
    if (std::exception_ptr meanwhile = wait_for_tasks()) cancelled = std::move(meanwhile);
    // With no other request left, the cancellation was ours alone.
    if (cancelled_parent_ && parent_.uncancel() == 0) cancelled = nullptr;
    if (cancelled && errors_.empty()) std::rethrow_exception(cancelled);
    if (thrown && !detail::is_cancellation(thrown)) errors_.push_back(thrown);
    if (errors_.empty()) return;
    if (parent_.cancelling() > 0) {
        // Somebody else cancelled the parent, too: it shall see that at its next suspension point.
        parent_.uncancel();
        parent_.cancel({});
    }
    throw ExceptionGroup("unhandled errors in a TaskGroup", std::move(errors_));
}

}  // namespace fibers
