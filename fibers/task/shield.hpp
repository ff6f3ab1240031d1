// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "fibers/source_location.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace detail {

// The state of a shield(): ends as the inner future does, unless it was cancelled before. Cancelling it is
// cancelling a plain future, so it never gets as far as the inner one.
template <class T>
class ShieldState final : public ValueState<T>, private DoneNotice {
public:
    ShieldState(kernel::Scheduler& scheduler, Ref<ValueState<T>> inner, const SourceLocation& where) noexcept
        : ValueState<T>(&scheduler), inner_(std::move(inner)), created_at_(where) {
        listen(*inner_);
    }

    const char* kind() const noexcept override { return "shield()"; }
    std::string details() override { return created_at_text(created_at_); }

private:
    void arrived() noexcept override {
        const Ref<ValueState<T>> inner = std::move(inner_);
        if (this->done()) return;  // the inner one's exception is then for others to read, or it is reported
        switch (inner->status()) {
            case FutureStatus::cancelled:
                this->cancel({});
                return;
            case FutureStatus::error:
                this->finish_error(inner->error());
                return;
            default:
                break;
        }
        try {
            this->value.fill([&]() -> T { return inner->value.take(inner->shared()); });
            this->finish_value();
        } catch (...) {
            this->finish_error(std::current_exception());
        }
    }

    Ref<ValueState<T>> inner_;  // null once it has ended
    SourceLocation created_at_;
};

}  // namespace detail

// Keeps cancellations away from a task or future: the future that it returns ends as `inner` does, but
// cancelling it, or who waits for it, cancels it alone, and `inner` goes on:
//
//     auto saved = create_task(save);
//     shield(saved).get();  // if this is cancelled, saved still ends in its own time
//
// If `inner` is cancelled, it is, too. One that is done already is returned as it is. What `inner` throws
// after its shield() was cancelled is reported unless somebody reads it from `inner`. Never suspends; get()
// does. Throws RuntimeError outside run() or for another loop's future, InvalidStateError for an empty
// handle. Only on the loop's thread. The future keeps `inner` alive; a gather() still cancels its callables
// when its own handle dies. The value is copied if others can read it from `inner`, else moved. (To hold off
// cancellations from a stretch of code: shielded().) Source: asyncio.shield.
template <class T>
[[nodiscard]] Future<T> shield(Future<T> inner, SourceLocation where = SourceLocation::current()) {
    if (inner.done()) return inner;
    kernel::Scheduler& scheduler = detail::running_scheduler();
    inner.state().check_loop(scheduler);
    using Inner = detail::ValueState<T>;
    detail::Ref<Inner> state(static_cast<Inner*>(&inner.state()));
    return Future<T>(detail::Ref<Inner>(new detail::ShieldState<T>(scheduler, std::move(state), where)));
}

}  // namespace fibers
