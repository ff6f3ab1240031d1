// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/watch.hpp"

#include "fibers/cancel.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {

Watch::Watch(const char* what)
    : Timer([](Timer& timer) noexcept {
          auto& watch = static_cast<Watch&>(timer);
          watch.expired_ = true;
          watch.wake_if_enough();
      }),
      scheduler_(running_scheduler()),
      what_(what) {}

Watch::~Watch() {
    if (armed()) scheduler_.timers().remove(*this);
}

void Watch::add(FutureState& future) {
    if (!future.done()) future.check_loop(scheduler_);
    items_.emplace_back(*this, future, items_.size());
}

void Watch::begin(Duration limit) {
    ended_.reserve(items_.size());
    const TimePoint deadline = deadline_after(scheduler_.now(), limit);
    if (deadline != never && !items_.empty()) scheduler_.timers().add(*this, deadline);
    for (Item& item : items_) item.listen(item.future);
}

void Watch::wait(std::size_t count, bool or_failure) {
    while (!enough(count, or_failure)) {
        kernel::running_fiber();
        wanted_ = count;
        failure_wanted_ = or_failure;
        kernel::WaitQueue::Place place(waiting_, what_);
        kernel::throw_if_cancelled(waiting_.wait(place));
    }
}

void Watch::Item::on_done() noexcept {
    if (watch.expired_) return;
    DoneNotice::on_done();
    if (queued()) watch.ended_.push_back(index);
}

void Watch::hear(const Item& item) noexcept {
    ++heard_;
    // A look at how it ended is nobody's reading of its exception.
    if (item.future.status() == FutureStatus::error) failed_ = true;
    if (heard_ == items_.size()) scheduler_.timers().remove(*this);
    wake_if_enough();
}

}  // namespace fibers::detail
