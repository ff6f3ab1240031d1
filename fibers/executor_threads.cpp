// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_threads.hpp"

#include <sched.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace fibers {

int process_cpu_count() noexcept {
    cpu_set_t usable;
    if (::sched_getaffinity(0, sizeof usable, &usable) == 0) return std::max(1, CPU_COUNT(&usable));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int ThreadPoolExecutor::default_max_workers() noexcept {
    return std::min(32, process_cpu_count() + 4);
}

ThreadPoolExecutor::ThreadPoolExecutor(int max_workers, std::string thread_name_prefix, SourceLocation where)
    : resource_("ThreadPoolExecutor", where) {
    if (max_workers <= 0) throw std::invalid_argument("max_workers must be greater than 0");
    static std::atomic<unsigned> made{0};
    if (thread_name_prefix.empty()) thread_name_prefix = "pool-" + std::to_string(made++);
    workers_ = std::make_shared<detail::Workers>(
        detail::WorkersOptions{.most = static_cast<std::size_t>(max_workers),
                               .name = std::move(thread_name_prefix),
                               .resource = {}});
}

ThreadPoolExecutor::~ThreadPoolExecutor() {
    if (!workers_->in_own_process()) {
        new std::shared_ptr<detail::Workers>(workers_);  // its threads are not ours to end
        return;
    }
    if (!shut_down_) shutdown();
    workers_->detach();
}

void ThreadPoolExecutor::shutdown(ShutdownOptions options) {
    shut_down_ = true;
    resource_.closed();
    workers_->shut_down(options.cancel_futures);
    if (options.wait) workers_->join();
}

}  // namespace fibers
