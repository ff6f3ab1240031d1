// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the handles of one ConcurrentFuture share: any thread may look, wait and cancel, one loop ends it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/loop.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/future.hpp"

namespace fibers::detail {

class ConcurrentSource;

// The part that does not depend on the type of the value. Its count of handles is atomic; the rest is under
// its mutex, but for what only the owner loop touches.
class ConcurrentState {
public:
    explicit ConcurrentState(std::shared_ptr<LoopState> owner) noexcept : owner_(std::move(owner)) {}
    ConcurrentState(const ConcurrentState&) = delete;
    ConcurrentState& operator=(const ConcurrentState&) = delete;

    void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) dispose();
    }
    bool shared() const noexcept { return references_.load(std::memory_order_acquire) > 1; }

    FutureStatus status() const noexcept { return status_.load(std::memory_order_acquire); }
    bool done() const noexcept { return status() != FutureStatus::pending; }

    // The end, which wakes who waits; false if it has ended before (cancelled, say). For finish_value() the
    // value stands.
    bool finish_value() noexcept { return finish(FutureStatus::value, nullptr); }
    bool finish_error(std::exception_ptr error) noexcept {
        return finish(FutureStatus::error, std::move(error));
    }
    // Ends it as cancelled and asks the owner loop to cancel what it is of; false if it has ended before.
    bool cancel(const std::string& message);
    // Because the owner loop is closed. That goes without a report: it is no failure of what it stands for.
    void finish_closed() noexcept;
    bool finish_cancelled(const std::string& message) noexcept;

    // Waits until it is done, by suspending the fiber or blocking the thread; false once `deadline` has
    // passed. Throws CancelledError, having cancelled it, and RuntimeError in a callback.
    bool wait(TimePoint deadline);
    // The time that deadlines of wait() go by here.
    static TimePoint now();
    // Throws what it ended with, if that is no value. Precondition: done.
    void throw_unless_value();
    // The exception it ended with, or null. Counts as read.
    std::exception_ptr error();

    // What ends it, while there is something: the owner loop's.
    ConcurrentSource* source = nullptr;
    const std::shared_ptr<LoopState>& owner() const noexcept { return owner_; }

protected:
    virtual ~ConcurrentState() = default;

private:
    struct Waiter;
    class FiberWait;

    bool finish(FutureStatus status, std::exception_ptr error, std::string message = {}) noexcept;
    bool wait_in_fiber(TimePoint deadline);
    void remove(const Waiter& waiter) noexcept;
    void dispose() noexcept;

    std::atomic<int> references_{0};
    std::atomic<FutureStatus> status_{FutureStatus::pending};
    std::atomic<bool> observed_{false};             // somebody has read the exception
    std::mutex mutex_;                              // guards the end and the list of who waits for it
    std::condition_variable ended_;                 // for threads
    std::exception_ptr error_;                      // set before status_ says so
    std::string message_;                           // of the cancellation; ditto
    std::vector<std::shared_ptr<Waiter>> waiters_;  // fibers
    std::shared_ptr<LoopState> owner_;
};

// The same with the value, which the owner loop fills.
template <class T>
class ConcurrentValue final : public ConcurrentState {
public:
    using ConcurrentState::ConcurrentState;
    Value<T> value;
};

// On the owner loop: a task or future whose end is passed on to a ConcurrentState. Owns itself until then, or
// until the loop is closed.
class ConcurrentSource : public DoneNotice, private LoopState::CloseListener {
public:
    ConcurrentSource(Ref<FutureState> from, Ref<ConcurrentState> to);
    // Begins to listen.
    void begin() noexcept { listen(*from_); }
    void cancel(const std::string& message) { from_->cancel(message); }

protected:
    virtual ~ConcurrentSource();
    // Puts the value into `to`, if it is not there yet.
    virtual void pass_value(FutureState& from, ConcurrentState& to) = 0;

private:
    void arrived() noexcept override;
    void on_loop_closed() noexcept override;

    Ref<FutureState> from_;
    Ref<ConcurrentState> to_;
};

// For a task that fills the value itself.
class ConcurrentTaskSource final : public ConcurrentSource {
public:
    using ConcurrentSource::ConcurrentSource;

private:
    void pass_value(FutureState&, ConcurrentState&) override {}
};

// For a future, whose value is copied.
template <class T>
class ConcurrentCopySource final : public ConcurrentSource {
public:
    using ConcurrentSource::ConcurrentSource;

private:
    void pass_value(FutureState& from, ConcurrentState& to) override {
        static_cast<ConcurrentValue<T>&>(to).value.fill(
            [&]() -> T { return static_cast<ValueState<T>&>(from).value.share(); });
    }
};

// What run_threadsafe() posts to a loop, until it has begun: if it never does, who waits hears of it.
class ConcurrentStart {
public:
    explicit ConcurrentStart(Ref<ConcurrentState> state) noexcept : state_(std::move(state)) {}
    ConcurrentStart(ConcurrentStart&&) noexcept = default;
    ConcurrentStart& operator=(ConcurrentStart&&) = delete;
    ~ConcurrentStart();

    // Makes the task by make(), unless it is cancelled already, and passes its end on. A loop that ends takes
    // no more: while others go on asking, it would never come to its end.
    template <class Make>
    void begin(Make&& make) {
        if (LoopState::of(*kernel::this_scheduler)->ending) return;
        const Ref<ConcurrentState> state = std::move(state_);
        if (state->done()) return;
        try {
            auto task = std::forward<Make>(make)();
            (new ConcurrentTaskSource(Ref<FutureState>(&task.state()), state))->begin();
        } catch (...) {
            state->finish_error(std::current_exception());
        }
    }

private:
    Ref<ConcurrentState> state_;  // null once it has begun
};

}  // namespace fibers::detail
