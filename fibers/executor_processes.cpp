// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_processes.hpp"

#include <stdexcept>

namespace fibers {

ProcessPoolExecutor::ProcessPoolExecutor(int max_workers, SourceLocation where)
    : resource_("ProcessPoolExecutor", where) {
    if (max_workers <= 0) throw std::invalid_argument("max_workers must be greater than 0");
    auto set = std::make_shared<detail::WorkerSet>();
    set_ = set.get();
    threads_ = std::make_shared<detail::Workers>(
        detail::WorkersOptions{.most = static_cast<std::size_t>(max_workers),
                               .name = "processes",
                               .block_signals = true,
                               .resource = std::move(set)});
}

ProcessPoolExecutor::~ProcessPoolExecutor() {
    if (!threads_->in_own_process()) {
        new std::shared_ptr<detail::Workers>(threads_);  // they and the workers are not ours to end
        return;
    }
    if (!shut_down_) shutdown();
    threads_->detach();
}

void ProcessPoolExecutor::shutdown(ShutdownOptions options) {
    shut_down_ = true;
    resource_.closed();
    threads_->shut_down(options.cancel_futures);
    if (options.wait) threads_->join();
}

}  // namespace fibers
