// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_pool.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/executor_straight.hpp"
#include "fibers/executor_workers.hpp"
#include "fibers/kernel/fork.hpp"

namespace fibers::net {
namespace {

constexpr std::size_t most_threads = 10;
constinit thread_local bool pool_thread = false;

// What a thread does for a fiber. An exception of work that was abandoned is nobody's.
class LibcJob final : public detail::Job {
public:
    explicit LibcJob(std::function<void()> work) : work_(std::move(work)) {}
    ~LibcJob() override { take_error(); }

private:
    void call() override {
        pool_thread = true;
        const std::function<void()> work = std::move(work_);
        work();
    }
    void drop() noexcept override { work_ = nullptr; }

    std::function<void()> work_;
};

constinit std::mutex mutex;  // guards the pointer below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();
std::shared_ptr<detail::Workers>* current = nullptr;

// A forked child has none of its parent's threads: it gets a pool of its own. Never freed, for threads of
// ours may outlive main(). Their own threads, so that a program's full executor holds up no lookup; without
// signals, which are for the program's own threads.
detail::Workers& pool() {
    const std::lock_guard lock(mutex);
    if (!current || !(*current)->in_own_process()) {
        current =
            new std::shared_ptr<detail::Workers>(std::make_shared<detail::Workers>(detail::WorkersOptions{
                .most = most_threads, .name = "resolver", .block_signals = true, .resource = {}}));
    }
    return **current;
}

bool run_here(const std::function<void()>& work) {
    kernel::running_fiber();  // throws
    const detail::Straight straight;
    work();
    return true;
}

}  // namespace

bool run_in_libc(std::function<void()> work, ResolverMode mode, kernel::OnCancel on_cancel) {
    if (mode == ResolverMode::block) return run_here(work);
    const auto job = std::make_shared<LibcJob>(std::move(work));
    pool().submit(job);
    if (detail::await_job(*job, "libc to look a name up", on_cancel) == kernel::Wake::cancelled) {
        job->cancel();
        if (on_cancel == kernel::OnCancel::throws) kernel::throw_cancelled();
        return false;
    }
    if (const std::exception_ptr error = job->take_error()) std::rethrow_exception(error);
    return true;
}

bool on_pool_thread() noexcept {
    return pool_thread;
}

}  // namespace fibers::net
