// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop.hpp"

#include "fibers/error.hpp"

namespace fibers {

Loop get_running_loop() {
    detail::LoopState* const state =
        kernel::this_scheduler ? detail::LoopState::of(*kernel::this_scheduler) : nullptr;
    if (!state) throw RuntimeError("no running event loop: call this inside fibers::run()");
    return Loop(state->shared_from_this());
}

}  // namespace fibers
