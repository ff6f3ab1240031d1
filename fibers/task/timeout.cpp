// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/timeout.hpp"

#include "fibers/cancel.hpp"

namespace fibers {

Timeout::Timeout(TimePoint when, bool due)
    : Timer([](Timer& timer) noexcept { static_cast<Timeout&>(timer).expire(); }),
      Runnable([](Runnable& item) noexcept {
          auto& self = static_cast<Timeout&>(item);
          self.queued_ = false;
          self.expire();
      }),
      task_(detail::running_task("timeout()")),
      cancelling_before_(task_.cancelling()) {
    move(when, due);
}

void Timeout::reschedule(TimePoint when) {
    move(when, when <= task_.fiber->scheduler.now());
}

void Timeout::reschedule_in(Duration from_now) {
    const TimePoint now = task_.fiber->scheduler.now();
    move(deadline_after(now, from_now), from_now <= Duration::zero());
}

void Timeout::move(TimePoint when, bool due) {
    if (expired_) throw RuntimeError("Cannot change state of expiring Timeout");
    disarm();
    when_ = when;
    kernel::Scheduler& scheduler = task_.fiber->scheduler;
    if (due) {
        // In its turn, as in asyncio: who was ready before may still end what the body waits for.
        queued_ = true;
        scheduler.make_ready(*this);
    } else if (when != never) {
        scheduler.timers().add(*this, when);
    }
}

void Timeout::disarm() noexcept {
    kernel::Scheduler& scheduler = task_.fiber->scheduler;
    scheduler.timers().remove(*this);
    if (std::exchange(queued_, false)) scheduler.make_unready(*this);
}

void Timeout::expire() noexcept {
    expired_ = true;
    task_.cancel({});
}

bool Timeout::leave() noexcept {
    if (std::exchange(left_, true)) return false;
    disarm();
    return expired_ && task_.uncancel() <= cancelling_before_;
}

namespace detail {

TimePoint deadline_in(Duration d) {
    return d == Duration::max() ? never : deadline_after(kernel::running_fiber().scheduler.now(), d);
}

bool is_due(TimePoint when) {
    return when <= kernel::running_fiber().scheduler.now();
}

}  // namespace detail
}  // namespace fibers
