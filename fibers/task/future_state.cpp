// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/future_state.hpp"

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/error_context.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/task/exception_info.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {
namespace {

// A fiber waiting for a future.
class FutureWait final : public kernel::Wait, public Listener {
public:
    FutureWait(FutureState& state, OnWaiterCancelled on_cancelled) noexcept
        : Wait("a future"), awaited_(&state), on_cancelled_(on_cancelled) {
        state.add(*this);
    }

    std::string describe() const override {
        const TaskRecord* task = awaited_->task();
        return task ? "the end of " + task->name() : "a " + std::string(awaited_->kind());
    }
    void on_done() noexcept override { kernel::unpark(fiber()); }

private:
    void unlink() noexcept override { FutureState::remove(*this); }
    bool forward_cancel(const std::string& message) override;
    FutureWait* onward() const noexcept;

    Ref<FutureState> awaited_;
    OnWaiterCancelled on_cancelled_;
    FutureWait* passed_from_ = nullptr;  // while a cancellation is handed along a chain; of its first: itself
};

// How the task that is waited for waits for another one that a cancellation goes on to; null if it does not.
FutureWait* FutureWait::onward() const noexcept {
    const TaskRecord* const task = awaited_->task();
    if (!task || !task->fiber || !task->fiber->wait || !task->fiber->wait->cancellable()) return nullptr;
    auto* const next = dynamic_cast<FutureWait*>(task->fiber->wait);
    return next && next->on_cancelled_ == OnWaiterCancelled::cancels ? next : nullptr;
}

// To the end of the chain of tasks that wait for one another. Not by recursion: it may be long. And it may
// lead back into itself; then the last one before that gets it.
bool FutureWait::forward_cancel(const std::string& message) {
    if (on_cancelled_ == OnWaiterCancelled::leaves || passed_from_) return false;
    FutureWait* last = this;
    last->passed_from_ = this;
    FutureWait* next = nullptr;
    while ((next = last->onward()) && !next->passed_from_) {
        ++last->awaited_->task()->cancel_requests;
        next->passed_from_ = last;
        last = next;
    }
    bool handed_on = !next && last->awaited_->cancel(message);
    if (!next && !handed_on && !last->awaited_->done()) {
        // A gather() whose children are done and that is about to hear of it: asyncio then waits for it, too.
        last->fiber().cancel_pending = true;
        last->fiber().cancel_message = message;
        handed_on = true;
    }
    if (!handed_on && last != this) kernel::request_cancel(last->fiber(), message);
    for (FutureWait* at = last; at;) {
        FutureWait* const before = std::exchange(at->passed_from_, nullptr);
        at = before == at ? nullptr : before;
    }
    return last != this || (handed_on && !awaited_->done());
}

const char* status_word(FutureState& state) {
    switch (state.status()) {
        case FutureStatus::pending: {
            const TaskRecord* task = state.task();
            return task && task->cancelling() > 0 ? "cancelling" : "pending";
        }
        case FutureStatus::cancelled:
            return "cancelled";
        default:
            return "finished";
    }
}

}  // namespace

FutureState::~FutureState() {
    while (Listener* const listener = first_) {
        remove(*listener);
        listener->on_dropped();
    }
}

void FutureState::dispose() noexcept {
    if (status_ == FutureStatus::error && !observed_) {
        std::string it = detail::describe(*this);
        ErrorContext context{std::string(kind()) + " exception was never retrieved", error_};
        (task() ? context.task : context.future) = std::move(it);
        report_error(context);
    }
    delete this;
}

void FutureState::finish_error(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    finish(FutureStatus::error);
}

void FutureState::finish_cancelled(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    observed_ = true;  // a cancellation is no news
    finish(FutureStatus::cancelled);
}

void FutureState::finish(FutureStatus status) noexcept {
    status_ = status;
    while (Listener* const listener = first_) {
        remove(*listener);
        listener->on_done();
    }
}

void FutureState::throw_unless_value() {
    if (status_ == FutureStatus::value) return;
    if (status_ == FutureStatus::pending) throw InvalidStateError("Result is not set.");
    std::rethrow_exception(error());
}

void FutureState::add(Listener& listener) noexcept {
    listener.state_ = this;
    listener.previous_ = last_;
    listener.following_ = nullptr;
    (last_ ? last_->following_ : first_) = &listener;
    last_ = &listener;
}

void FutureState::remove(Listener& listener) noexcept {
    FutureState* const state = std::exchange(listener.state_, nullptr);
    if (!state) return;
    (listener.previous_ ? listener.previous_->following_ : state->first_) = listener.following_;
    (listener.following_ ? listener.following_->previous_ : state->last_) = listener.previous_;
}

bool FutureState::cancel(const std::string& message) {
    if (done()) return false;
    finish_cancelled(std::make_exception_ptr(CancelledError(message)));
    return true;
}

void FutureState::check_can_wait(const kernel::Fiber& waiting) {
    if (task() && task()->fiber == &waiting) {
        throw RuntimeError("Task cannot await on itself: " + detail::describe(*this));
    }
    check_loop(waiting.scheduler);
}

void FutureState::check_loop(const kernel::Scheduler& loop) {
    if (loop_ == 0) loop_ = loop.serial();
    if (loop_ == loop.serial()) return;
    const kernel::Fiber* const fiber = kernel::this_fiber;
    throw RuntimeError((fiber ? fiber->label() : std::string("a callback")) + " waits for " +
                       detail::describe(*this) + ", which belongs to a different loop");
}

void FutureState::wait(OnWaiterCancelled on_cancelled) {
    if (done()) return;
    check_can_wait(kernel::running_fiber());
    FutureWait wait(*this, on_cancelled);
    kernel::throw_if_cancelled(kernel::park(wait));
}

std::string describe(FutureState& state) {
    std::string text = "<" + std::string(state.kind()) + " " + status_word(state) + state.details();
    if (state.status() == FutureStatus::error) text += " exception=" + exception_text(state.peek_error());
    if (const std::string value = state.value_text(); !value.empty()) text += " result=" + value;
    return text + ">";
}

std::string created_at_text(const SourceLocation& where) {
    return std::string(" created at ") + where.file_name() + ":" + std::to_string(where.line());
}

}  // namespace fibers::detail
