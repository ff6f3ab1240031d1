// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_desk.hpp"

#include <utility>

namespace fibers::detail {

Crossing::Crossing(std::shared_ptr<LoopDoor> door) noexcept
    : Runnable([](Runnable& self) noexcept {
          auto& crossing = static_cast<Crossing&>(self);
          auto& desk = kernel::this_scheduler->part<CrossingDesk>();
          const std::shared_ptr<Crossing> kept = *crossing.self_;
          desk.remove(crossing);
          crossing.arrived();
      }),
      door_(std::move(door)) {}

void Crossing::send() noexcept {
    const std::lock_guard lock(door_->mutex);
    if (door_->scheduler) door_->scheduler->post(*this);
}

CrossingDesk::CrossingDesk(kernel::Scheduler& scheduler)
    : scheduler_(scheduler), door_(std::make_shared<LoopDoor>()) {
    door_->scheduler = &scheduler;
}

CrossingDesk::~CrossingDesk() {
    {
        const std::lock_guard lock(door_->mutex);
        door_->scheduler = nullptr;
    }
    for (const auto& crossing : expected_) crossing->lost();
}

void CrossingDesk::add(const std::shared_ptr<Crossing>& crossing) {
    expected_.push_front(crossing);
    crossing->self_ = expected_.begin();
    crossing->awaited_ = true;
    scheduler_.add_external(1);
}

void CrossingDesk::stop_waiting(Crossing& crossing) noexcept {
    if (std::exchange(crossing.awaited_, false)) scheduler_.add_external(-1);
}

void CrossingDesk::remove(Crossing& crossing) noexcept {
    stop_waiting(crossing);
    expected_.erase(crossing.self_);
}

}  // namespace fibers::detail
