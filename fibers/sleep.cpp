// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sleep.hpp"

#include "fibers/cancel.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers {
namespace {

class Sleep final : public kernel::Wait {
public:
    explicit Sleep(kernel::OnCancel on_cancel) noexcept : Wait("a sleep", on_cancel) {}

private:
    void unlink() noexcept override {}  // only the deadline wakes it
};

}  // namespace

namespace kernel {

Wake sleep_until(TimePoint deadline, OnCancel on_cancel) {
    Sleep sleep(on_cancel);
    return park(sleep, deadline);
}

}  // namespace kernel

void sleep_for(Duration d) {
    kernel::Fiber& self = kernel::running_fiber();
    if (d <= Duration::zero()) return yield();
    kernel::throw_if_cancelled(
        kernel::sleep_until(deadline_after(self.scheduler.now(), d), kernel::OnCancel::throws));
}

}  // namespace fibers
