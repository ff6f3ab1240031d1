// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/kernel/scheduler.hpp"
#include "fibers/task/future_state.hpp"

namespace fibers::detail {

// A listener that hears of the end of a future in a later turn of the loop, on the loop's own stack, as
// asyncio's callbacks do: several futures that end in one turn are all done before the first notice arrives.
class DoneNotice : public Listener, private kernel::Runnable {
public:
    DoneNotice() noexcept;
    // Asks to hear of `state`, which need not be pending.
    void listen(FutureState& state) noexcept;

    // What to do then. This object may be destroyed by it.
    virtual void arrived() noexcept = 0;

    void on_done() noexcept override;

protected:
    // Whether it is about to arrive.
    bool queued() const noexcept { return queued_ != nullptr; }
    // Hears nothing any more.
    ~DoneNotice();

private:
    kernel::Scheduler* queued_ = nullptr;  // in whose ready queue it stands
};

}  // namespace fibers::detail
