// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <concepts>
#include <memory>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

#include "fibers/debug/resource.hpp"
#include "fibers/executor_future.hpp"
#include "fibers/executor_map.hpp"
#include "fibers/executor_workers.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// How an executor's shutdown() goes.
struct ShutdownOptions {
    bool wait = true;             // until all its calls have ended and its threads or processes are gone
    bool cancel_futures = false;  // take back the calls that have not begun
};

// How many processors this process may use; at least 1. Source: os.process_cpu_count of Python 3.13.
int process_cpu_count() noexcept;

// Makes calls on threads of its own. These are made when needed, and kept. They are plain threads: what
// blocks there blocks that thread only, patched or not. Any thread, and the fibers of any loops, may use one
// executor at the same time. In a forked child everything throws RuntimeError: its threads are the parent's.
// Source: concurrent.futures.ThreadPoolExecutor.
class ThreadPoolExecutor {
public:
    // At most `max_workers` threads. They are called `thread_name_prefix`_<number>, cut to 15 characters.
    // Makes none yet. Throws std::invalid_argument unless max_workers > 0.
    // In debug mode, one that is not shut down when the loop it was made in ends is reported.
    explicit ThreadPoolExecutor(int max_workers = default_max_workers(), std::string thread_name_prefix = {},
                                SourceLocation where = SourceLocation::current());
    // shutdown(), unless that was called: waits for all calls that were handed over. In a fiber others run
    // meanwhile, and cancellations stay pending.
    ~ThreadPoolExecutor();
    ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
    ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;

    // min(32, processors + 4)
    static int default_max_workers() noexcept;

    // Has f(arguments…) called on one of the threads. All are decay-copied, as by std::thread, and die on
    // that thread before the call is done. Never suspends. Throws RuntimeError after shutdown(),
    // ResourceError if there is no thread at all, and what copying throws. Any thread.
    template <class F, class... A>
    requires std::invocable<std::decay_t<F>, std::decay_t<A>...>
    auto submit(F&& f, A&&... arguments) {
        auto call = detail::bind_call(std::forward<F>(f), std::forward<A>(arguments)...);
        using Call = decltype(call);
        using T = detail::ValueOf<std::invoke_result_t<Call>>;
        auto job = std::make_shared<detail::CallJob<Call, T>>(std::move(call));
        workers_->submit(job);
        return ExecutorFuture<T>(std::move(job));
    }
    // submit(f, element) for each element; f is copied for each. Gives the results in order, to a range-for:
    //
    //     for (Page& page : executor.map(fetch, urls)) …
    //
    // Never suspends; going through the results does, and throws TimeoutError once `timeout`, counted from
    // here, is over. Throws what submit() throws.
    template <class F, std::ranges::input_range Range>
    auto map(F&& f, Range&& range, Duration timeout = Duration::max()) {
        return detail::map_with(*this, f, std::forward<Range>(range), timeout);
    }
    // No more calls; the threads end after the last of those there are. Waits for that if so wished: in a
    // fiber others run meanwhile, and cancellations stay pending; elsewhere it blocks the thread. May be
    // called again. Throws RuntimeError if it had to wait for its own thread. Any thread. What is not waited
    // for ends with the process.
    void shutdown(ShutdownOptions options = {});

    // For the library.
    detail::Workers& workers() noexcept { return *workers_; }

private:
    std::shared_ptr<detail::Workers> workers_;
    debug::Resource resource_;
    std::atomic<bool> shut_down_{false};  // shutdown() was called: then the destructor waits for nobody
};

}  // namespace fibers
