// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Callbacks that a loop has been asked to call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/context.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/kernel/timer_heap.hpp"
#include "fibers/source_location.hpp"

namespace fibers {
namespace detail {

class LoopState;

// One callback of a loop: of its thread alone, but for the count of its handles. Keeps itself alive while it
// is queued.
class CallbackRecord : public kernel::Runnable {
public:
    explicit CallbackRecord(const SourceLocation& where) noexcept
        : Runnable(&CallbackRecord::run_queued, true), where_(where) {}
    virtual ~CallbackRecord() = default;
    CallbackRecord(const CallbackRecord&) = delete;
    CallbackRecord& operator=(const CallbackRecord&) = delete;

    // It will not be called; it lets go of what it holds. Nothing happens after it was called.
    virtual void cancel() noexcept;
    bool cancelled() const noexcept { return cancelled_; }
    std::string describe() const;

    std::shared_ptr<CallbackRecord> self;  // while it is queued

protected:
    virtual void call() = 0;
    virtual void drop() noexcept = 0;

private:
    static void run_queued(Runnable& item) noexcept;

    SourceLocation where_;
    CopiedContext context_;  // of who asked
    bool cancelled_ = false;
    bool running_ = false;
};

// The callable itself.
template <class Base, class F>
class Callback final : public Base {
public:
    template <class G, class... A>
    explicit Callback(G&& f, A&&... arguments)
        : Base(std::forward<A>(arguments)...), f_(std::forward<G>(f)) {}

private:
    void call() override { (*f_)(); }
    void drop() noexcept override { f_.reset(); }
    std::optional<F> f_;
};

// One that is queued when its time has come.
class TimerRecord : public CallbackRecord, public kernel::Timer {
public:
    TimerRecord(LoopState& loop, TimePoint its_time, const SourceLocation& where) noexcept;
    ~TimerRecord() override { disarm(); }
    void cancel() noexcept override;
    // Takes it out of the loop's timers, if it is there.
    void disarm() noexcept;

    const TimePoint due;  // when it shall be called

private:
    friend class LoopState;
    static void on_due(kernel::Timer& timer) noexcept;

    LoopState* loop_;  // null once it is not in the loop's list
    TimerRecord* previous_ = nullptr;
    TimerRecord* following_ = nullptr;
};

}  // namespace detail

// A callback that a loop was asked to call: what call_soon() gives. A shared handle; dropping it changes
// nothing. Belongs to the loop's thread, even if call_soon_threadsafe() gave it to another. Source:
// asyncio.Handle.
class Handle {
public:
    Handle() = default;
    explicit Handle(std::shared_ptr<detail::CallbackRecord> record) noexcept : record_(std::move(record)) {}

    // It will not be called, and lets go of what it holds; nothing happens if it was called. Never suspends.
    void cancel() const noexcept {
        if (record_) record_->cancel();
    }
    // Whether cancel() was called. Never suspends.
    bool cancelled() const noexcept { return record_ && record_->cancelled(); }

protected:
    std::shared_ptr<detail::CallbackRecord> record_;
};

// The same for call_later() and call_at(). Source: asyncio.TimerHandle.
class TimerHandle : public Handle {
public:
    TimerHandle() = default;
    explicit TimerHandle(std::shared_ptr<detail::TimerRecord> record) noexcept : Handle(std::move(record)) {}

    // When it is due, by the loop's clock. Never suspends.
    TimePoint when() const noexcept {
        return record_ ? static_cast<const detail::TimerRecord&>(*record_).due : never;
    }
};

}  // namespace fibers
