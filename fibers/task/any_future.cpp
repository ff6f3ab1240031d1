// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/any_future.hpp"

#include <ostream>

#include "fibers/context.hpp"
#include "fibers/error.hpp"
#include "fibers/error_context.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace {

// One adding of a callback to a future. The future owns it while it waits, then the ready queue.
class AddedCallback final : public detail::DoneNotice {
public:
    AddedCallback(detail::FutureState& state, DoneCallback callback)
        : state_(state), callback_(std::move(callback)) {}

    const DoneCallback& callback() const noexcept { return callback_; }
    void on_done() noexcept override {
        kept_ = detail::Ref(&state_);
        DoneNotice::on_done();
        if (!queued()) delete this;
    }
    void on_dropped() noexcept override { delete this; }
    void arrived() noexcept override {
        try {
            // Without a scheduler the loop is being closed.
            if (kernel::this_scheduler) context_.run([this] { callback_(state_); });
        } catch (...) {
            std::string future = detail::describe(state_);
            detail::report_error(
                {"Exception in callback of " + future, std::current_exception(), {}, std::move(future)});
        }
        delete this;
    }

private:
    detail::FutureState& state_;
    detail::Ref<detail::FutureState> kept_;  // while it stands in the ready queue
    DoneCallback callback_;
    detail::CopiedContext context_;
};

}  // namespace

DoneCallback::DoneCallback(std::function<void(detail::FutureState&)> function)
    : function_(std::make_shared<const std::function<void(detail::FutureState&)>>(std::move(function))) {}

detail::FutureState& AnyFuture::state() const {
    if (!state_) throw InvalidStateError("the handle is empty: it stands for no future");
    return *state_;
}

std::exception_ptr AnyFuture::exception() const {
    detail::FutureState& it = state();
    if (!it.done()) throw InvalidStateError("Exception is not set.");
    if (it.status() == detail::FutureStatus::cancelled) std::rethrow_exception(it.error());
    return it.error();
}

DoneCallback AnyFuture::add_done_callback(DoneCallback callback) const {
    detail::FutureState& it = state();
    it.check_thread();
    if (it.done()) detail::running_scheduler();  // who else would call it?
    (new AddedCallback(it, callback))->listen(it);
    return callback;
}

std::size_t AnyFuture::remove_done_callback(const DoneCallback& callback) const {
    detail::FutureState& it = state();
    std::size_t removed = 0;
    for (detail::Listener* at = it.next(nullptr); at;) {
        auto* const added = dynamic_cast<AddedCallback*>(at);
        at = it.next(at);
        if (!added || !(added->callback() == callback)) continue;
        delete added;
        ++removed;
    }
    return removed;
}

std::ostream& operator<<(std::ostream& out, const AnyFuture& future) {
    return out << (future.valid() ? detail::describe(future.state()) : "<no future>");
}

}  // namespace fibers
