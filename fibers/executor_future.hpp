// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/error.hpp"
#include "fibers/executor_job.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers {
namespace detail {

// Waits until the job is over: in a fiber others run meanwhile, a plain thread is blocked. False: `timeout`
// passed. Throws CancelledError if the fiber is cancelled, having taken the call back if it had not begun.
bool wait_for_job(Job& job, Duration timeout);

}  // namespace detail

// What a call handed to an executor will return. Not bound to a loop: whoever has it may read it on any
// thread, one at a time. Movable, not copyable; dropping it lets the call go on, and an exception that is
// then never read is reported. A default-constructed or moved-away one is empty: then everything but valid()
// throws InvalidStateError. Source: concurrent.futures.Future.
template <class T>
class ExecutorFuture {
public:
    using Shared = typename detail::Value<T>::Shared;  // const T&; void and references as they are
    using Taken = typename detail::Value<T>::Taken;    // T; void and references as they are

    ExecutorFuture() = default;
    // For executors.
    explicit ExecutorFuture(std::shared_ptr<detail::ValueJob<T>> job) noexcept : job_(std::move(job)) {}
    ExecutorFuture(ExecutorFuture&&) noexcept = default;
    ExecutorFuture& operator=(ExecutorFuture&&) noexcept = default;
    ~ExecutorFuture() = default;

    // False for an empty handle. Never suspends.
    bool valid() const noexcept { return job_ != nullptr; }
    // Takes the call back if it has not begun; its callable then dies here. False if it runs or has ended. A
    // call that runs cannot be stopped. Never suspends.
    bool cancel() { return job().cancel(); }
    // Whether it was taken back. Never suspends.
    bool cancelled() const { return job().status() == detail::JobStatus::cancelled; }
    // Whether a thread is making the call. Never suspends.
    bool running() const { return job().status() == detail::JobStatus::running; }
    // Whether it has ended, in whatever way. Never suspends.
    bool done() const { return job().over(); }

    // Waits until it is done and returns the value, as long as this handle lives. In a fiber it may suspend
    // and notices cancellation, which takes the call back if it has not begun; elsewhere it blocks the
    // thread. Throws what the call threw, CancelledError if it (or the fiber) was cancelled.
    Shared get() & {
        wait();
        return result();
    }
    // The same, moved out.
    Taken get() && {
        wait();
        return std::move(*this).result();
    }
    // The same for at most `timeout`; then throws TimeoutError, and the call goes on.
    template <class Rep, class Period>
    Shared get(std::chrono::duration<Rep, Period> timeout) & {
        if (!wait_for(timeout)) throw TimeoutError();
        return result();
    }
    template <class Rep, class Period>
    Taken get(std::chrono::duration<Rep, Period> timeout) && {
        if (!wait_for(timeout)) throw TimeoutError();
        return std::move(*this).result();
    }
    // Waits until it is done; false if `timeout` has passed before. Suspends, blocks and throws as get(), but
    // not what it ended with.
    template <class Rep, class Period>
    bool wait_for(std::chrono::duration<Rep, Period> timeout) {
        return detail::wait_for_job(job(), to_duration(timeout));
    }
    void wait() { detail::wait_for_job(job(), Duration::max()); }
    // What get() returns, without waiting. Never suspends. Throws InvalidStateError if it is not done, else
    // as get().
    Shared result() & {
        throw_unless_value();
        return job_->share();
    }
    Taken result() && {
        throw_unless_value();
        return job_->take();
    }
    // The exception that the call threw, null if it returned; counts as reading it. Never suspends. Throws
    // InvalidStateError if it is not done, CancelledError if it was taken back.
    std::exception_ptr exception() {
        if (!done()) throw InvalidStateError("Exception is not set.");
        return ended_with();
    }

    // For the library. Throws InvalidStateError if empty.
    detail::ValueJob<T>& job() const {
        if (!job_) throw InvalidStateError("the handle is empty: it stands for no call");
        return *job_;
    }
    const std::shared_ptr<detail::ValueJob<T>>& shared_job() const noexcept { return job_; }

private:
    void throw_unless_value() {
        if (!done()) throw InvalidStateError("Result is not set.");
        if (const std::exception_ptr error = ended_with()) std::rethrow_exception(error);
    }
    std::exception_ptr ended_with() {
        if (cancelled()) throw CancelledError();
        if (std::exception_ptr error = job_->take_error()) error_ = std::move(error);
        return error_;
    }

    std::shared_ptr<detail::ValueJob<T>> job_;
    std::exception_ptr error_;  // that it threw, once it was read
};

namespace detail {

// A loop's future of a job. Ends as the job does, unless it was cancelled before.
template <class T>
class JobFuture final : public ValueState<T> {
public:
    JobFuture(kernel::Scheduler& scheduler, std::shared_ptr<ValueJob<T>> job)
        : ValueState<T>(&scheduler), desk_(scheduler.part<CrossingDesk>()), job_(std::move(job)) {}

    // The job is over, or the loop hears of it later.
    void begin() {
        auto crossing = std::make_shared<Arrival>(desk_.door(), *this);
        desk_.add(crossing);
        if (job_->tell(crossing)) {
            crossing_ = crossing.get();
            return;
        }
        desk_.remove(*crossing);
        settle();
    }
    // Ends it at once; the call goes on, if it has begun.
    bool cancel(const std::string& message) override {
        if (this->done()) return false;
        const Ref<JobFuture> kept(this);  // what ends may drop the last handle
        if (crossing_) desk_.stop_waiting(*crossing_);
        job_->cancel();
        return FutureState::cancel(message);
    }
    const char* kind() const noexcept override { return "Future of an executor"; }

private:
    class Arrival final : public Crossing {
    public:
        Arrival(std::shared_ptr<LoopDoor> door, JobFuture& future)
            : Crossing(std::move(door)), future_(&future) {}

    private:
        void arrived() noexcept override {
            const Ref<JobFuture> future = std::move(future_);
            future->settle();
        }
        void lost() noexcept override {
            const Ref<JobFuture> future = std::move(future_);
            future->crossing_ = nullptr;
        }
        Ref<JobFuture> future_;
    };

    void settle() noexcept {
        crossing_ = nullptr;
        const std::shared_ptr<ValueJob<T>> job = std::move(job_);
        if (this->done()) {  // cancelled
            job->report_error();
            job->discard();
        } else if (job->status() == JobStatus::cancelled) {
            FutureState::cancel({});
        } else if (std::exception_ptr error = job->take_error()) {
            this->finish_error(std::move(error));
        } else {
            move_value(*job);
        }
    }
    void move_value(ValueJob<T>& job) noexcept {
        try {
            this->value.fill([&]() -> T { return job.take(); });
            this->finish_value();
        } catch (...) {
            this->finish_error(std::current_exception());
        }
    }

    CrossingDesk& desk_;
    std::shared_ptr<ValueJob<T>> job_;  // null once it is over
    Crossing* crossing_ = nullptr;      // on its way; the desk holds it
};

}  // namespace detail

// The same as a future of this thread's loop. Cancelling that takes the call back if it has not begun; one
// that runs goes on, and what it throws is reported. The value is moved. Never suspends; get() does. Throws
// RuntimeError outside run(), InvalidStateError for an empty handle. A loop that ends first leaves the future
// pending. Source: asyncio.wrap_future.
template <class T>
[[nodiscard]] Future<T> wrap_future(ExecutorFuture<T> future) {
    kernel::Scheduler& scheduler = detail::running_scheduler();
    future.job();  // throws
    detail::Ref<detail::JobFuture<T>> state(new detail::JobFuture<T>(scheduler, future.shared_job()));
    state->begin();
    return Future<T>(detail::Ref<detail::ValueState<T>>(state.get()));
}

}  // namespace fibers
