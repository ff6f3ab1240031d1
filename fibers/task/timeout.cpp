// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/timeout.hpp"

#include "fibers/cancel.hpp"

namespace fibers {

Timeout::Timeout(TimePoint when)
    : Timer([](Timer& timer) noexcept {
          auto& self = static_cast<Timeout&>(timer);
          self.expired_ = true;
          self.task_.cancel({});
      }),
      task_(detail::running_task("timeout()")),
      cancelling_before_(task_.cancelling()) {
    reschedule(when);
}

void Timeout::reschedule(TimePoint when) {
    if (expired_) throw RuntimeError("Cannot change state of expiring Timeout");
    kernel::TimerHeap& timers = task_.fiber->scheduler.timers();
    timers.remove(*this);
    when_ = when;
    if (when != never) timers.add(*this, when);
}

void Timeout::reschedule_in(Duration from_now) {
    reschedule(deadline_after(task_.fiber->scheduler.now(), from_now));
}

bool Timeout::leave() noexcept {
    if (std::exchange(left_, true)) return false;
    task_.fiber->scheduler.timers().remove(*this);
    return expired_ && task_.uncancel() <= cancelling_before_;
}

namespace detail {

TimePoint deadline_in(Duration d) {
    return d == Duration::max() ? never : deadline_after(kernel::running_fiber().scheduler.now(), d);
}

}  // namespace detail
}  // namespace fibers
