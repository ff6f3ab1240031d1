// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A Wait says what is waited for, how to stop waiting, and what a cancellation means for it. It lives on the
// waiting fiber's stack. park.hpp has what is done with one.
#pragma once

#include <cstdint>
#include <string>

#include "fibers/clock.hpp"
#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/timer_heap.hpp"

namespace fibers::kernel {

// What a cancellation does to a wait.
enum class OnCancel : std::uint8_t {
    throws,   // park() returns `cancelled` and the caller throws CancelledError: delivered
    answers,  // park() returns `cancelled` and the caller returns ECANCELED to C code: answered, not yet
              // delivered
    ignores,  // the wait cannot be cancelled; the cancellation stays pending
};

// One wait of one fiber.
class Wait {
public:
    // `what`: a phrase that completes "waits for …", in static storage.
    explicit Wait(const char* what, OnCancel on_cancel = OnCancel::throws) noexcept
        : alarm_(*this), what_(what), on_cancel_(on_cancel) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    // What is waited for, in words. For reports; may allocate.
    virtual std::string describe() const { return what_; }
    // True once the wait was ended with `ready` though park() returned `cancelled`: the cancellation came
    // between. Who was handed something must then pass it on.
    bool granted() const noexcept { return granted_; }
    // The waiting fiber; valid during park().
    Fiber& fiber() const noexcept { return *fiber_; }
    // False while a cancellation may not end this wait (OnCancel::ignores, shielded(), a stack that unwinds).
    bool cancellable() const noexcept { return cancellable_; }
    // True if C code waits, which can be told EINTR when a signal handler has run.
    virtual bool interruptible() const noexcept { return on_cancel_ == OnCancel::answers; }
    // True if the only thing that can end it lies outside the loop (a thread's end, say): then its loop is
    // not deadlocked.
    virtual bool external() const noexcept { return false; }

protected:
    ~Wait() = default;

private:
    friend Wake park(Wait& wait, TimePoint deadline);
    friend bool unpark(Fiber& fiber, Wake why) noexcept;
    friend void request_cancel(Fiber& fiber, const std::string& message);

    // Stops waiting: takes itself out of whatever would have ended it. Called when something else does
    // (cancellation, deadline, signal), before the fiber is made ready. Must not throw.
    virtual void unlink() noexcept = 0;
    // Hands a cancellation on to what is waited for instead of ending the wait (asyncio: a task waiting for a
    // future cancels that future). True: handed on; the wait ends when that ends.
    virtual bool forward_cancel(const std::string& message) {
        (void)message;
        return false;
    }

    struct Alarm : Timer {
        explicit Alarm(Wait& owner) noexcept : Timer(&Alarm::ring), wait(owner) {}
        static void ring(Timer& timer) noexcept;
        Wait& wait;  // whose deadline it is
    };

    Alarm alarm_;
    const char* what_;
    Fiber* fiber_ = nullptr;
    OnCancel on_cancel_;
    bool cancellable_ = false;
    bool granted_ = false;
};

}  // namespace fibers::kernel
