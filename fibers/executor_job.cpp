// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_job.hpp"

#include <string>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/report.hpp"
#include "fibers/task/body.hpp"
#include "fibers/task/exception_info.hpp"

namespace fibers::detail {
namespace {

// The fiber's wait for a job.
class JobWait final : public kernel::Wait {
public:
    JobWait(const char* what, kernel::OnCancel on_cancel) noexcept : Wait(what, on_cancel) {}
    // A signal is nothing to whoever makes the call.
    bool interruptible() const noexcept override { return false; }

private:
    void unlink() noexcept override {}
};

// Wakes a fiber. Its members belong to the loop.
class FiberCrossing final : public Crossing {
public:
    FiberCrossing(std::shared_ptr<LoopDoor> door, kernel::Fiber& fiber) noexcept
        : Crossing(std::move(door)), fiber_(&fiber) {}
    bool done() const noexcept { return done_; }
    void leave() noexcept { fiber_ = nullptr; }

private:
    void arrived() noexcept override {
        done_ = true;
        if (fiber_) kernel::unpark(*fiber_);
    }
    void lost() noexcept override { fiber_ = nullptr; }

    kernel::Fiber* fiber_;
    bool done_ = false;
};

}  // namespace

void Job::report_error() noexcept {
    const std::exception_ptr error = take_error();
    if (error) report("exception in an executor was never retrieved: " + exception_text(error));
}

void Job::execute() {
    {
        const std::lock_guard lock(mutex_);
        if (status_ != JobStatus::pending) return;
        status_ = JobStatus::running;
    }
    std::exception_ptr error;
    try {
        call();
    } catch (...) {
        if (unwinding_by_force()) {
            end(JobStatus::finished, std::make_exception_ptr(RuntimeError(
                                         "the thread of an executor was ended by the call that it made")));
            throw;
        }
        error = std::current_exception();
    }
    end(JobStatus::finished, std::move(error));
}

bool Job::cancel() noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (status_ != JobStatus::pending) return status_ == JobStatus::cancelled;
        status_ = JobStatus::running;  // ours: nobody else begins it or calls it off
    }
    drop();
    end(JobStatus::cancelled);
    return true;
}

void Job::end(JobStatus status, std::exception_ptr error) noexcept {
    std::shared_ptr<Crossing> crossing;
    {
        const std::lock_guard lock(mutex_);
        status_ = status;
        error_ = std::move(error);
        crossing = std::move(crossing_);
        ended_.notify_all();
    }
    if (crossing) crossing->send();
}

JobStatus Job::status() const noexcept {
    const std::lock_guard lock(mutex_);
    return status_;
}

std::exception_ptr Job::take_error() noexcept {
    const std::lock_guard lock(mutex_);
    return std::exchange(error_, nullptr);
}

bool Job::wait(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    const auto its_over = [this] { return is_over(status_); };
    if (deadline != never) return ended_.wait_until(lock, deadline, its_over);
    ended_.wait(lock, its_over);
    return true;
}

bool Job::tell(const std::shared_ptr<Crossing>& crossing) {
    const std::lock_guard lock(mutex_);
    if (is_over(status_)) return false;
    crossing_ = crossing;
    return true;
}

bool Job::stop_telling(const Crossing& crossing) noexcept {
    std::shared_ptr<Crossing> taken;
    const std::lock_guard lock(mutex_);
    if (crossing_.get() != &crossing) return false;
    taken = std::move(crossing_);
    return true;
}

kernel::Wake await_job(Job& job, const char* what, kernel::OnCancel on_cancel, TimePoint deadline) {
    kernel::Fiber& self = kernel::running_fiber();
    auto& desk = self.scheduler.part<CrossingDesk>();
    const auto crossing = std::make_shared<FiberCrossing>(desk.door(), self);
    desk.add(crossing);
    if (!job.tell(crossing)) {
        desk.remove(*crossing);
        return kernel::Wake::ready;
    }
    while (!crossing->done()) {
        JobWait wait(what, on_cancel);
        const kernel::Wake wake = kernel::park(wait, deadline);
        if (wake == kernel::Wake::ready) continue;
        if (wake == kernel::Wake::timed_out && crossing->done()) break;
        crossing->leave();
        if (job.stop_telling(*crossing)) {
            desk.remove(*crossing);
        } else {
            desk.stop_waiting(*crossing);
        }
        return wake;
    }
    return kernel::Wake::ready;
}

}  // namespace fibers::detail
