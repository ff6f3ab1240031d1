// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_pool.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/kernel/fork.hpp"

namespace fibers::net {
namespace {

constexpr std::size_t most_threads = 10;
constinit thread_local bool pool_thread = false;

// What a thread takes from the queue.
struct Task {
    std::shared_ptr<PoolJob> job;
    std::shared_ptr<PoolDesk::Door> door;  // where its end is told
};

class Pool {
public:
    explicit Pool(pid_t process) : process_(process) {}
    pid_t process() const noexcept { return process_; }

    void submit(Task task) {
        const std::unique_lock lock(mutex_);
        tasks_.push_back(std::move(task));
        if (idle_ >= tasks_.size() || threads_ == most_threads) {
            arrived_.notify_one();
            return;
        }
        if (start_thread()) return;
        if (threads_ > 0) return;  // one of them will come round
        tasks_.pop_back();
        throw ResourceError("no thread for a lookup: raise the limit of processes (ulimit -u)");
    }

private:
    // Signals are for the program's own threads.
    bool start_thread() {
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        pthread_attr_t attributes;
        ::pthread_attr_init(&attributes);
        ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_t thread;
        const bool started = ::pthread_create(&thread, &attributes, &Pool::serve, this) == 0;
        ::pthread_attr_destroy(&attributes);
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        if (started) ++threads_;
        return started;
    }
    static void* serve(void* self) {
        pool_thread = true;
        static_cast<Pool*>(self)->serve();
        return nullptr;
    }
    [[noreturn]] void serve() {
        while (true) {
            Task task = take();
            try {
                if (task.job->wanted.load(std::memory_order_relaxed)) task.job->work();
            } catch (...) {
                task.job->error = std::current_exception();
            }
            const std::lock_guard lock(task.door->mutex);
            if (task.door->scheduler) task.door->scheduler->post(*task.job);
        }
    }
    Task take() {
        std::unique_lock lock(mutex_);
        ++idle_;
        arrived_.wait(lock, [&] { return !tasks_.empty(); });
        --idle_;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        return task;
    }

    const pid_t process_;
    std::mutex mutex_;  // guards the rest
    std::condition_variable arrived_;
    std::deque<Task> tasks_;
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;
};

constinit std::mutex mutex;  // guards the pointer below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();
Pool* current = nullptr;

// A forked child has none of its parent's threads: it gets a pool of its own. Never freed, for threads of
// ours may outlive main().
Pool& pool() {
    const std::lock_guard lock(mutex);
    if (!current || current->process() != ::getpid()) current = new Pool(::getpid());
    return *current;
}

// The fiber's wait for its work.
class PoolWait final : public kernel::Wait {
public:
    explicit PoolWait(kernel::OnCancel on_cancel) noexcept : Wait("libc to look a name up", on_cancel) {}
    bool external() const noexcept override { return true; }
    // getaddrinfo knows no EINTR.
    bool interruptible() const noexcept override { return false; }

private:
    void unlink() noexcept override {}
};

bool run_here(const std::function<void()>& work) {
    kernel::Fiber& self = kernel::running_fiber();
    struct Straight {
        explicit Straight(kernel::Fiber& its_fiber) noexcept : fiber(its_fiber) { ++fiber.passthrough; }
        ~Straight() { --fiber.passthrough; }
        kernel::Fiber& fiber;
    } const straight(self);
    work();
    return true;
}

}  // namespace

PoolJob::PoolJob(std::function<void()> its_work, kernel::Fiber& its_fiber)
    : Runnable([](kernel::Runnable& ended) noexcept {
          auto& job = static_cast<PoolJob&>(ended);
          job.done = true;
          if (job.fiber) kernel::unpark(*job.fiber);
          kernel::this_scheduler->part<PoolDesk>().remove(job);
      }),
      work(std::move(its_work)),
      fiber(&its_fiber) {}

PoolDesk::PoolDesk(kernel::Scheduler& scheduler) : door_(std::make_shared<Door>()) {
    door_->scheduler = &scheduler;
}

PoolDesk::~PoolDesk() {
    for (const auto& job : jobs_) job->abandon();
    const std::lock_guard lock(door_->mutex);
    door_->scheduler = nullptr;
}

std::shared_ptr<PoolJob> PoolDesk::add(std::function<void()> work, kernel::Fiber& fiber) {
    jobs_.push_front(std::make_shared<PoolJob>(std::move(work), fiber));
    jobs_.front()->self = jobs_.begin();
    return jobs_.front();
}

bool run_in_libc(std::function<void()> work, ResolverMode mode, kernel::OnCancel on_cancel) {
    if (mode == ResolverMode::block) return run_here(work);
    kernel::Fiber& self = kernel::running_fiber();
    auto& desk = self.scheduler.part<PoolDesk>();
    const std::shared_ptr<PoolJob> job = desk.add(std::move(work), self);
    try {
        pool().submit({job, desk.door()});
    } catch (...) {
        desk.remove(*job);
        throw;
    }
    while (!job->done) {
        PoolWait wait(on_cancel);
        if (kernel::park(wait) != kernel::Wake::cancelled) continue;
        job->abandon();
        if (on_cancel == kernel::OnCancel::throws) kernel::throw_cancelled();
        return false;
    }
    if (job->error) std::rethrow_exception(job->error);
    return true;
}

bool on_pool_thread() noexcept {
    return pool_thread;
}

}  // namespace fibers::net
