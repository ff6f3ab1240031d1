// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One call that another thread shall make, and how it ended. Shared by the queue of an executor and by who
// waits for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/executor_desk.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/task/value.hpp"

namespace fibers::detail {

// How far a job is.
enum class JobStatus : std::uint8_t {
    pending,    // not begun
    running,    // a thread makes the call
    cancelled,  // over: it was taken back before it began
    finished,   // over: the call returned or threw
};

// What does not depend on the call. All members but the destructor: any thread.
class Job {
public:
    Job() = default;
    virtual ~Job() { report_error(); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    // Makes the call on this thread, unless it was cancelled. Throws nothing but a forced unwind.
    void execute();
    // Takes it back, if it has not begun: then the callable dies here. False if it has.
    bool cancel() noexcept;

    JobStatus status() const noexcept;
    bool over() const noexcept { return is_over(status()); }
    // The exception that the call threw, once it is over; null if none. It counts as read, and is gone from
    // here: so it dies with its reader, not on the thread that made the call.
    std::exception_ptr take_error() noexcept;
    // Reports that exception, as one that nobody will ever take.
    void report_error() noexcept;

    // Blocks this thread until it is over. False: the deadline passed.
    bool wait(TimePoint deadline = never);
    // Sends `crossing` once it is over; there is at most one. False: it is over already.
    bool tell(const std::shared_ptr<Crossing>& crossing);
    // Takes that back. False: it is on its way.
    bool stop_telling(const Crossing& crossing) noexcept;

protected:
    // Makes the call, keeps what it returns, and destroys the callable.
    virtual void call() = 0;
    // Destroys the callable, which is not to be called.
    virtual void drop() noexcept = 0;
    // It is over. For jobs that are events rather than calls.
    void end(JobStatus status, std::exception_ptr error = {}) noexcept;

private:
    static bool is_over(JobStatus status) noexcept { return status >= JobStatus::cancelled; }

    mutable std::mutex mutex_;  // guards the rest
    std::condition_variable ended_;
    JobStatus status_ = JobStatus::pending;
    std::exception_ptr error_;
    std::shared_ptr<Crossing> crossing_;
};

// A job whose call returns a T.
template <class T>
class ValueJob : public Job {
public:
    // What the call returned; once it is over and did not throw.
    typename Value<T>::Shared share() const noexcept { return value_->share(); }
    // The same, moved out: nothing of it is left here then.
    typename Value<T>::Taken take() {
        const struct Emptier {
            std::optional<Value<T>>& value;
            ~Emptier() { value.reset(); }
        } emptier{value_};
        return value_->take(false);
    }
    // Nobody will take it: it dies here.
    void discard() noexcept { value_.reset(); }

protected:
    template <class Make>
    void fill(Make&& make) {
        value_.emplace();
        value_->fill(std::forward<Make>(make));
    }

private:
    std::optional<Value<T>> value_;
};

// The job of calling an F, once. The callable dies on the thread that called it, before the job is over.
template <class F, class T>
class CallJob final : public ValueJob<T> {
public:
    explicit CallJob(F&& f) : f_(std::move(f)) {}

private:
    void call() override {
        const struct Emptier {
            std::optional<F>& f;
            ~Emptier() { f.reset(); }
        } emptier{f_};
        this->fill([this]() -> T { return std::invoke(std::move(*f_)); });
    }
    void drop() noexcept override { f_.reset(); }

    std::optional<F> f_;
};

// Something that is over when somebody says so.
class JobEvent final : public Job {
public:
    void set() noexcept { end(JobStatus::finished); }

private:
    void call() override {}
    void drop() noexcept override {}
};

// Waits in the running fiber until `job` is over; `what` completes "waits for …" and is in static storage.
// Returns `ready`, or why it does not wait any more: the job then goes on. Suspends unless it is over.
kernel::Wake await_job(Job& job, const char* what, kernel::OnCancel on_cancel, TimePoint deadline = never);

}  // namespace fibers::detail
