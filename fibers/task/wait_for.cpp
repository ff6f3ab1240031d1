// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/wait_for.hpp"

#include "fibers/task/watch.hpp"

namespace fibers::detail {

void cancel_and_wait(FutureState& future) {
    Watch watch("the end of what wait_for() cancelled");
    watch.add(future);
    watch.begin(Duration::max());
    future.cancel({});
    watch.wait(1);
}

}  // namespace fibers::detail
