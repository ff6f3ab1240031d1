// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_workers.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/executor_straight.hpp"

namespace fibers::detail {
namespace {

// On a worker's thread: whose it is.
constinit thread_local const Workers* this_workers = nullptr;

// While it lives, this thread, and those that it starts, take no signals.
class SignalsBlocked {
public:
    explicit SignalsBlocked(bool active) noexcept : active_(active) {
        sigset_t all;
        ::sigfillset(&all);
        if (active_) ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() {
        if (active_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    const bool active_;
    sigset_t before_{};
};

}  // namespace

Workers::Workers(WorkersOptions options) : options_(std::move(options)), process_(::getpid()) {}

bool Workers::in_own_process() const noexcept {
    return process_ == ::getpid();
}

void Workers::check_process() const {
    if (!in_own_process()) throw RuntimeError("the threads of this executor are the parent process's");
}

void Workers::submit(std::shared_ptr<Job> job) {
    check_process();
    const std::lock_guard lock(mutex_);
    if (shut_down_) throw RuntimeError("cannot schedule new futures after shutdown");
    jobs_.push_back(std::move(job));
    if (idle_ >= jobs_.size() || living_ == options_.most) return arrived_.notify_one();
    if (start_thread() || living_ > 0) return;  // one of those that live will come round
    jobs_.pop_back();
    throw ResourceError("no thread for an executor: raise the limit of processes (ulimit -u)");
}

bool Workers::start_thread() {
    const SignalsBlocked blocked(options_.block_signals);
    try {
        threads_.emplace_back([self = shared_from_this()] { self->serve(); });
    } catch (const std::system_error&) {
        return false;
    }
    ::pthread_setname_np(threads_.back().native_handle(), name_of(started_).c_str());
    ++started_;
    ++living_;
    return true;
}

// The kernel takes 15 characters: the number shall be among them.
std::string Workers::name_of(std::size_t number) const {
    const std::string end = "_" + std::to_string(number);
    return options_.name.substr(0, 15 - std::min<std::size_t>(15, end.size())) + end;
}

void Workers::serve() {
    this_workers = this;
    const struct Leaver {
        Workers& workers;
        ~Leaver() { workers.leave(); }
    } leaver{*this};
    while (const std::shared_ptr<Job> job = take()) job->execute();
}

std::shared_ptr<Job> Workers::take() {
    std::unique_lock lock(mutex_);
    ++idle_;
    arrived_.wait(lock, [this] { return !jobs_.empty() || shut_down_; });
    --idle_;
    if (jobs_.empty()) return nullptr;
    std::shared_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
}

// The end of a thread: because of shut_down(), or because a call ended it.
void Workers::leave() noexcept {
    std::shared_ptr<void> resource;
    {
        const std::lock_guard lock(mutex_);
        if (living_ == 1 && shut_down_ && jobs_.empty()) resource = std::move(options_.resource);
    }
    resource.reset();
    std::vector<std::shared_ptr<JobEvent>> ends;
    {
        const std::lock_guard lock(mutex_);
        --living_;
        if (living_ == 0 && !jobs_.empty()) start_thread();
        if (living_ == 0 && shut_down_) ends.swap(ends_);
    }
    for (const auto& end : ends) end->set();
}

void Workers::shut_down(bool cancel_jobs) {
    if (!in_own_process()) return;
    std::deque<std::shared_ptr<Job>> cancelled;
    std::shared_ptr<void> resource;
    {
        const std::lock_guard lock(mutex_);
        shut_down_ = true;
        if (cancel_jobs) cancelled.swap(jobs_);
        if (living_ == 0) resource = std::move(options_.resource);
        arrived_.notify_all();
    }
    for (const auto& job : cancelled) job->cancel();
}

std::shared_ptr<Job> Workers::end() {
    auto end = std::make_shared<JobEvent>();
    const std::lock_guard lock(mutex_);
    if (living_ == 0) {
        end->set();
    } else {
        ends_.push_back(end);
    }
    return end;
}

void Workers::join() {
    if (!in_own_process()) return;
    if (this_workers == this) throw RuntimeError("cannot join current thread");
    const std::shared_ptr<Job> ended = end();
    if (kernel::this_fiber) {
        await_job(*ended, "the threads of an executor to end", kernel::OnCancel::ignores);
    } else {
        ended->wait();
    }
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        threads.swap(threads_);
    }
    const Straight straight;  // they are as good as over
    for (std::thread& thread : threads) thread.join();
}

void Workers::detach() noexcept {
    const std::lock_guard lock(mutex_);
    for (std::thread& thread : threads_) thread.detach();
    threads_.clear();
}

}  // namespace fibers::detail
