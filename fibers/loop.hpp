// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The loop itself: callbacks, time, what other threads may ask of it.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/handle.hpp"
#include "fibers/loop_state.hpp"
#include "fibers/source_location.hpp"

namespace fibers {

// An event loop: a shared handle, equal handles are the same loop. Belongs to one thread; members are for
// that thread unless they say "any thread". A handle may outlive its loop: then what needs the loop throws
// RuntimeError("Event loop is closed"), and on another thread RuntimeError too. Callbacks run on the loop's
// own stack: they must not wait, and what they throw goes to the exception handler. Source: asyncio's event
// loop.
class Loop {
public:
    explicit Loop(std::shared_ptr<detail::LoopState> state) noexcept : state_(std::move(state)) {}
    friend bool operator==(const Loop&, const Loop&) = default;

    // Calls f() in the next turn of the loop, after what was asked for before. Never suspends. Throws
    // RuntimeError. Source: loop.call_soon.
    template <std::invocable F>
    Handle call_soon(F&& f, SourceLocation where = SourceLocation::current()) const {
        state_->open();
        auto record = make<detail::CallbackRecord>(std::forward<F>(f), where);
        state_->add_callback(record);
        return Handle(std::move(record));
    }
    // Calls f() once `delay` has passed by the loop's clock; a delay of zero or less: in the next turn, but
    // after what call_soon() was given by then. Never suspends. Throws RuntimeError, std::invalid_argument
    // for NaN. Source: loop.call_later.
    template <class Rep, class Period, std::invocable F>
    TimerHandle call_later(std::chrono::duration<Rep, Period> delay, F&& f,
                           SourceLocation where = SourceLocation::current()) const {
        return call_at(deadline_after(time(), to_duration(delay)), std::forward<F>(f), where);
    }
    // The same at a time by the loop's clock. Callbacks with equal times are called in the order of asking.
    // Source: loop.call_at.
    template <std::invocable F>
    TimerHandle call_at(TimePoint when, F&& f, SourceLocation where = SourceLocation::current()) const {
        state_->open();
        auto record = make<detail::TimerRecord>(std::forward<F>(f), *state_, when, where);
        state_->add_timer(record);
        return TimerHandle(std::move(record));
    }
    // call_soon() for any thread, and for code that is in no callback or fiber of this loop: wakes the loop.
    // f is called, and dies, on the loop's thread, unless the loop ends before; what one thread asks for is
    // called in that order. Not for signal handlers: it takes memory and a lock. Never suspends. Throws
    // RuntimeError("Event loop is closed"). Source: loop.call_soon_threadsafe.
    template <std::invocable F>
    Handle call_soon_threadsafe(F&& f, SourceLocation where = SourceLocation::current()) const {
        auto record = make<detail::CallbackRecord>(std::forward<F>(f), where);
        state_->post_callback(record);
        return Handle(std::move(record));
    }
    // The time by the loop's clock. Never suspends. Throws RuntimeError. Source: loop.time.
    TimePoint time() const { return state_->open().now(); }

    // Whether its run is under way. Any thread; never suspends. Source: loop.is_running.
    bool is_running() const noexcept { return state_->running(); }
    // Whether it was closed. Any thread; never suspends. Source: loop.is_closed.
    bool is_closed() const noexcept { return state_->closed(); }

    // What is behind it, for the floors above.
    detail::LoopState& state() const noexcept { return *state_; }
    const std::shared_ptr<detail::LoopState>& shared_state() const noexcept { return state_; }

private:
    template <class Record, class F, class... A>
    static auto make(F&& f, A&&... arguments) {
        return std::make_shared<detail::Callback<Record, std::decay_t<F>>>(std::forward<F>(f),
                                                                           std::forward<A>(arguments)...);
    }

    std::shared_ptr<detail::LoopState> state_;
};

// The loop that runs on this thread. Never suspends. Throws RuntimeError("no running event loop…") outside
// run(), in foreign threads and in forked children. Source: asyncio.get_running_loop.
Loop get_running_loop();

}  // namespace fibers
