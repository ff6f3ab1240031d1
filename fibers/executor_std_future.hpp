// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// std::future as a future of a loop.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/executor_future.hpp"
#include "fibers/executor_job.hpp"
#include "fibers/executor_workers.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace detail {

// Has the job done by a thread of its own, which nobody waits for. Throws ResourceError if there is none.
void wait_on_own_thread(std::shared_ptr<Job> job);

// What std::future and std::shared_future have in common.
template <class StdFuture>
auto wrap_std_future(StdFuture future) {
    running_scheduler();  // throws
    if (!future.valid()) throw InvalidStateError("the std::future is empty");
    const bool ready = future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    auto call = [future = std::move(future)]() mutable -> decltype(auto) { return future.get(); };
    using Call = decltype(call);
    using Got = std::invoke_result_t<Call>;
    // What several may read is copied, as it does not live as long as who reads it here.
    using T = std::conditional_t<std::is_const_v<std::remove_reference_t<Got>>, std::decay_t<Got>, Got>;
    auto job = std::make_shared<CallJob<Call, T>>(std::move(call));
    if (ready) {
        job->execute();
    } else {
        wait_on_own_thread(job);
    }
    return wrap_future(ExecutorFuture<T>(std::move(job)));
}

}  // namespace detail

// A std::future as a future of this thread's loop, which is not blocked: unless it is ready, a thread of its
// own waits for it (one that std::async deferred runs on that thread). So for a few at a time; calls of one's
// own belong into to_thread(). Cancelling the result does not reach who would set it. Never suspends; get()
// does. While it waits, the loop is not deadlocked; one that ends first leaves the result pending. Throws
// RuntimeError outside run(), InvalidStateError for an empty one, ResourceError if there is no thread. The
// value is moved, out of a std::shared_future it is copied. Source: asyncio.wrap_future.
template <class T>
[[nodiscard]] Future<T> wrap_future(std::future<T> future) {
    return detail::wrap_std_future(std::move(future));
}
template <class T>
[[nodiscard]] Future<T> wrap_future(std::shared_future<T> future) {
    return detail::wrap_std_future(std::move(future));
}

}  // namespace fibers
