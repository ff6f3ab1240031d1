// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/done_notice.hpp"

namespace fibers::detail {

DoneNotice::DoneNotice() noexcept
    : Runnable(
          [](Runnable& self) noexcept {
              auto& notice = static_cast<DoneNotice&>(self);
              notice.queued_ = nullptr;
              notice.arrived();
          },
          true) {}

DoneNotice::~DoneNotice() {
    FutureState::remove(*this);
    if (queued_) queued_->make_unready(*this);
}

void DoneNotice::listen(FutureState& state) noexcept {
    if (state.done()) return on_done();
    state.add(*this);
}

void DoneNotice::on_done() noexcept {
    queued_ = kernel::this_scheduler;
    if (queued_) queued_->make_ready(*this);  // without a loop nobody can be told
}

}  // namespace fibers::detail
