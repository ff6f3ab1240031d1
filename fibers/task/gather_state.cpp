// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/gather_state.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/task/exception_info.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {
GatherGroup::~GatherGroup() {
    if (!outer_.done()) return;
    // The others go on without us; asyncio counts their exceptions as read.
    for (const Child& child : children_) {
        if (child.future) child.future->set_observed();
    }
}

void GatherGroup::begin() noexcept {
    for (Child& child : children_) {
        if (!child.future->done()) child.listen(*child.future);
    }
    for (Child& child : children_) {
        if (child.future && child.future->done()) child_done(child);
    }
    settle();  // without children
}

void GatherGroup::child_done(Child& child) noexcept {
    ++finished_;
    if (outer_.done()) return let_go(child);
    FutureState& future = *child.future;
    if (future.status() != FutureStatus::value && !return_exceptions_) {
        const std::exception_ptr& error = future.error();
        if (!failure_) {
            failure_ = error;
            cancel_owned();
        }
    }
    settle();
}

void GatherGroup::settle() noexcept {
    if (outer_.done()) return;
    if (failure_) {
        if (!owned_are_done()) return;
        fail(std::move(failure_));
    } else if (finished_ < children_.size()) {
        return;
    } else if (cancel_requested_) {
        fail(std::make_exception_ptr(CancelledError(cancel_message_)));
    } else {
        try {
            set_results();
        } catch (...) {
            fail(std::current_exception());
        }
    }
    for (Child& child : children_) {
        if (child.future->done()) let_go(child);
    }
}

// The outer future is done: what becomes of this child is nobody's business any more.
void GatherGroup::let_go(Child& child) noexcept {
    if (child.future) child.future->set_observed();
    child.future = {};
}

void GatherGroup::fail(std::exception_ptr error) noexcept {
    if (is_cancellation(error)) outer_.set_observed();  // no news
    outer_.finish_error(std::move(error));
}

bool GatherGroup::owned_are_done() noexcept {
    for (; owned_done_ < children_.size(); ++owned_done_) {
        const Child& child = children_[owned_done_];
        if (child.owned && child.future && !child.future->done()) return false;
    }
    return true;
}

void GatherGroup::cancel_owned() {
    for (const Child& child : children_) {
        if (child.owned && child.future) child.future->cancel({});
    }
}

bool GatherGroup::cancel(const std::string& message) {
    if (outer_.done()) return false;
    bool any = false;
    for (const Child& child : children_) {
        if (child.future && child.future->cancel(message)) any = true;
    }
    if (any) {
        cancel_requested_ = true;
        cancel_message_ = message;
    }
    return any;
}

void GatherGroup::abandon() noexcept {
    if (owned_are_done()) return;
    cancel_owned();
    const kernel::Fiber* const self = kernel::this_fiber;
    if (!self) return;  // a callback cannot wait; the tasks end in the next turns
    const kernel::Shield shield;
    for (const Child& child : children_) {
        if (!child.owned || !child.future || child.future->done()) continue;
        const TaskRecord* const task = child.future->task();
        if (task && task->fiber == self) continue;  // one of them holds the handle
        const Ref<FutureState> future = child.future;
        future->wait();
    }
}

std::string GatherGroup::details() const {
    return created_at_text(created_at_);
}

}  // namespace fibers::detail
