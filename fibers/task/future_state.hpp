// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the handles of one future share: how it ended, and who wants to know. Lives in the slab, counted by
// its handles; no atomics, because a future belongs to one loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "fibers/kernel/loop_threads.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/kernel/slab.hpp"
#include "fibers/source_location.hpp"

namespace fibers::detail {

class FutureState;
struct TaskRecord;

// Who wants to know that a future is done: a waiting fiber, a callback, a gather. Told in the order of
// adding.
class Listener {
public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // True while it stands in a future's list.
    bool listening() const noexcept { return state_ != nullptr; }
    // Called once, after removal from the list, by whoever completes the future. Must not run foreign code.
    virtual void on_done() noexcept = 0;
    // Called instead, after removal, when the future dies pending.
    virtual void on_dropped() noexcept {}

protected:
    ~Listener() = default;

private:
    friend class FutureState;
    FutureState* state_ = nullptr;
    Listener* previous_ = nullptr;
    Listener* following_ = nullptr;
};

// How far a future is.
enum class FutureStatus : std::uint8_t {
    pending,    // not done
    value,      // done, with a value
    error,      // done, with an exception
    cancelled,  // done, cancelled: the exception is the CancelledError
};

// What cancelling a task does to the future it waits for.
enum class OnWaiterCancelled : std::uint8_t {
    cancels,  // cancels the future, and the wait ends with that: asyncio's rule
    leaves,   // ends the wait only
};

// The part of the shared state that does not depend on the type of the value.
class FutureState {
public:
    explicit FutureState(const kernel::Scheduler* scheduler) noexcept
        : loop_(scheduler ? scheduler->serial() : 0) {}
    FutureState(const FutureState&) = delete;
    FutureState& operator=(const FutureState&) = delete;

    static void* operator new(std::size_t size) { return kernel::slab_allocate(size); }
    static void operator delete(void* p, std::size_t size) noexcept { kernel::slab_free(p, size); }
    static void* operator new(std::size_t size, std::align_val_t align) {
        return ::operator new(size, align);
    }
    static void operator delete(void* p, std::align_val_t align) noexcept { ::operator delete(p, align); }

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) dispose();
    }
    bool shared() const noexcept { return references_ > 1; }

    FutureStatus status() const noexcept { return status_; }
    bool done() const noexcept { return status_ != FutureStatus::pending; }

    // The end, which wakes the listeners. Precondition: pending; for finish_value() the value stands.
    void finish_value() noexcept { finish(FutureStatus::value); }
    void finish_error(std::exception_ptr error) noexcept;
    void finish_cancelled(std::exception_ptr error) noexcept;

    // The exception or CancelledError it ended with. Counts as read.
    const std::exception_ptr& error() noexcept {
        observed_ = true;
        return error_;
    }
    // The same for a look that is nobody's reading.
    const std::exception_ptr& peek_error() const noexcept { return error_; }
    // Whatever it ends with counts as read.
    void set_observed() noexcept { observed_ = true; }
    // Throws what it ended with, if that is no value; InvalidStateError if it is pending.
    void throw_unless_value();

    void add(Listener& listener) noexcept;
    // Nothing happens if it is not in a list.
    static void remove(Listener& listener) noexcept;
    // The listener after `at`, or the first for null.
    Listener* next(Listener* at) const noexcept { return at ? at->following_ : first_; }

    // Asks it to end as cancelled; false if it is done. Of a plain future that is at once.
    virtual bool cancel(const std::string& message);
    // The task it is of, or null.
    virtual TaskRecord* task() noexcept { return nullptr; }
    // What reports call it: "Task", "Future".
    virtual const char* kind() const noexcept { return "Future"; }
    // What its printed form says beside kind and status; starts with a space unless empty.
    virtual std::string details() { return {}; }
    // Its value in words, for the types that have some; else empty.
    virtual std::string value_text() const { return {}; }

    // In debug mode, throws RuntimeError if its loop runs on another thread.
    void check_thread() const { kernel::check_thread(loop_); }
    // Throws RuntimeError if it belongs to another loop than `loop`.
    void check_loop(const kernel::Scheduler& loop);
    // Waits until it is done. Throws CancelledError, RuntimeError.
    void wait(OnWaiterCancelled on_cancelled = OnWaiterCancelled::cancels);

protected:
    virtual ~FutureState();

private:
    void finish(FutureStatus status) noexcept;
    void dispose() noexcept;
    void check_can_wait(const kernel::Fiber& waiting);

    std::uint32_t references_ = 0;
    FutureStatus status_ = FutureStatus::pending;
    bool observed_ = false;  // somebody has read the exception, or will have
    std::exception_ptr error_;
    Listener* first_ = nullptr;
    Listener* last_ = nullptr;
    // The serial of the loop it belongs to; 0 until somebody waits, for one made outside any loop.
    std::uint64_t loop_;
};

// "<Task pending name='Task-3' created at main.cpp:12>"
std::string describe(FutureState& state);

// " created at main.cpp:12", a part of that.
std::string created_at_text(const SourceLocation& where);

// A counted reference to a state.
template <class State>
class Ref {
public:
    Ref() = default;
    explicit Ref(State* state) noexcept : state_(state) {
        if (state_) state_->retain();
    }
    Ref(const Ref& other) noexcept : Ref(other.state_) {}
    Ref(Ref&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~Ref() {
        if (state_) state_->release();
    }
    explicit operator bool() const noexcept { return state_ != nullptr; }
    State* get() const noexcept { return state_; }
    State& operator*() const noexcept { return *state_; }
    State* operator->() const noexcept { return state_; }

private:
    State* state_ = nullptr;
};

}  // namespace fibers::detail
