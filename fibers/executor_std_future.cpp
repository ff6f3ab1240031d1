// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_std_future.hpp"

namespace fibers {

void detail::wait_on_own_thread(std::shared_ptr<Job> job) {
    const auto thread = std::make_shared<Workers>(
        WorkersOptions{.most = 1, .name = "wrap_future", .block_signals = true, .resource = {}});
    thread->submit(std::move(job));
    thread->shut_down(false);
    thread->detach();
}

}  // namespace fibers
