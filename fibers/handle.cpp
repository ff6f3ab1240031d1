// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/handle.hpp"

#include "fibers/error_context.hpp"
#include "fibers/loop_state.hpp"

namespace fibers::detail {

void CallbackRecord::run_queued(Runnable& item) noexcept {
    auto& record = static_cast<CallbackRecord&>(item);
    const std::shared_ptr<CallbackRecord> kept = std::move(record.self);
    // Without a loop there is nobody to run it: the loop is being closed.
    if (!record.cancelled_ && kernel::this_scheduler) {
        record.running_ = true;
        try {
            record.context_.run([&] { record.call(); });
        } catch (...) {
            report_error({"Exception in callback", std::current_exception(), {}, {}, record.describe()});
        }
        record.running_ = false;
    }
    record.drop();
}

void CallbackRecord::cancel() noexcept {
    cancelled_ = true;
    if (!running_) drop();
}

std::string CallbackRecord::describe() const {
    return std::string(cancelled_ ? "<Handle cancelled" : "<Handle") + " created at " + where_.file_name() +
           ":" + std::to_string(where_.line()) + ">";
}

TimerRecord::TimerRecord(LoopState& loop, TimePoint its_time, const SourceLocation& where) noexcept
    : CallbackRecord(where), Timer(&TimerRecord::on_due), due(its_time), loop_(&loop) {}

void TimerRecord::on_due(Timer& timer) noexcept {
    auto& record = static_cast<TimerRecord&>(timer);
    LoopState& loop = *record.loop_;
    record.disarm();
    loop.scheduler().make_ready(record);
}

void TimerRecord::cancel() noexcept {
    const bool waited = armed();
    disarm();
    CallbackRecord::cancel();
    if (waited) self.reset();  // may be the last
}

void TimerRecord::disarm() noexcept {
    if (loop_) std::exchange(loop_, nullptr)->remove(*this);
}

}  // namespace fibers::detail
