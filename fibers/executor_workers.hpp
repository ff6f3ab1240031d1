// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Threads that make calls: the core of every executor, and of lookups by libc.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fibers/executor_job.hpp"

namespace fibers::detail {

// What threads there shall be.
struct WorkersOptions {
    std::size_t most = 1;            // at most so many threads; one is made when a job finds none idle
    std::string name;                // of the threads, with a number behind
    bool block_signals = false;      // signals are for other threads
    std::shared_ptr<void> resource;  // dies on the last thread, after its last job
};

// A queue of jobs and the threads that take them, in order. The threads hold it, too: so it may outlive who
// made it. Any thread, but in a forked child everything throws RuntimeError or does nothing: its threads are
// the parent's.
class Workers : public std::enable_shared_from_this<Workers> {
public:
    explicit Workers(WorkersOptions options);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Throws RuntimeError after shut_down(), ResourceError if there is no thread.
    void submit(std::shared_ptr<Job> job);
    // The threads end after the last job; with `cancel_jobs`, those that have not begun are taken back. Never
    // suspends.
    void shut_down(bool cancel_jobs);
    // After shut_down(): waits until the threads are gone. In a fiber others run meanwhile, and
    // cancellations stay pending. Throws RuntimeError on one of them.
    void join();
    // After shut_down(): nobody will join() them.
    void detach() noexcept;
    // After shut_down(): a job that is over when the last thread has done its last.
    std::shared_ptr<Job> end();
    // False in a forked child.
    bool in_own_process() const noexcept;

private:
    void check_process() const;
    bool start_thread();
    void serve();
    std::shared_ptr<Job> take();
    void leave() noexcept;
    std::string name_of(std::size_t number) const;

    WorkersOptions options_;
    const pid_t process_;
    std::mutex mutex_;  // guards the rest, and the resource
    std::condition_variable arrived_;
    std::deque<std::shared_ptr<Job>> jobs_;
    std::vector<std::thread> threads_;  // all that were started and not yet joined
    std::size_t started_ = 0;           // of all time
    std::size_t living_ = 0;            // of those, less what has ended
    std::size_t idle_ = 0;              // of those, waiting for a job
    bool shut_down_ = false;
    std::vector<std::shared_ptr<JobEvent>> ends_;  // whom to tell when none is left
};

}  // namespace fibers::detail
