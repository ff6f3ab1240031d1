// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The loop itself: callbacks, time, what other threads may ask of it.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "fibers/clock.hpp"
#include "fibers/handle.hpp"
#include "fibers/loop_state.hpp"
#include "fibers/source_location.hpp"
#include "fibers/task/task_options.hpp"

namespace fibers {

class AnyFuture;

namespace detail {

template <class X>
concept FutureLike = std::derived_from<std::remove_cvref_t<X>, AnyFuture>;

}  // namespace detail

// An event loop: a shared handle, equal handles are the same loop. Belongs to one thread; members are for
// that thread unless they say "any thread". A handle may outlive its loop: then what needs the loop throws
// RuntimeError("Event loop is closed"), and on another thread RuntimeError too. Callbacks run on the loop's
// own stack, with the context variables of who asked for them (but those of descriptors and signals): they
// must not wait, and what they throw goes to the exception handler. Source: asyncio's event loop.
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

    // Makes a task of f(), whether the loop runs or not: see fibers::create_task. Throws RuntimeError.
    // (Defined, as what follows, in fibers/run.hpp.) Source: loop.create_task.
    template <std::invocable F>
    auto create_task(F&& f, TaskOptions options = {}, SourceLocation where = SourceLocation::current()) const;

    // Runs until stop(): finishes the turn in which that is called, then returns; what is left goes on in the
    // next run. Called with stop() behind it already, it runs one turn without blocking. Blocks the thread.
    // Throws RuntimeError ("This event loop is already running", or another one runs on this thread, or it is
    // closed); DeadlockError if tasks wait that nothing can ever wake: then they have been cancelled. Called
    // on the thread that shall be the loop's. Source: loop.run_forever.
    void run_forever() const;
    // Runs f() as a task, or until a future of this loop is done, and returns its result. What else was ready
    // in the turn after its end still runs. Throws as run_forever(), what the task throws, and
    // RuntimeError("Event loop stopped before Future completed."). Source: loop.run_until_complete.
    template <std::invocable F>
    decltype(auto) run_until_complete(F&& f, SourceLocation where = SourceLocation::current()) const;
    template <detail::FutureLike X>
    decltype(auto) run_until_complete(X&& future) const;
    // Ends run_forever() after this turn. From other threads: call_soon_threadsafe([loop] { loop.stop(); }).
    // Never suspends. Throws RuntimeError. Source: loop.stop.
    void stop() const {
        state_->open();
        state_->stopping = true;
    }
    // Ends the loop: callbacks that wait are dropped, uncalled; tasks that are left are reported and never
    // run again (Runner::close() cancels them first). Nothing happens the second time. Never suspends. Throws
    // RuntimeError("Cannot close a running event loop"). Source: loop.close.
    void close() const;

    // Calls f() in each turn in which `fd` is readable, until it is removed or closed; another one for the
    // same fd replaces it. f() reads what there is without waiting; fibers that wait for the fd get their
    // turn, too. Never suspends. Throws std::system_error (EPERM: a regular file; EBADF: not open),
    // RuntimeError. Source: loop.add_reader.
    void add_reader(int fd, std::function<void()> f) const;
    // The same for writing. Source: loop.add_writer.
    void add_writer(int fd, std::function<void()> f) const;
    // Takes it away; false if there was none. To be called before the fd is closed. Never suspends. Throws
    // RuntimeError. Source: loop.remove_reader, loop.remove_writer.
    bool remove_reader(int fd) const;
    bool remove_writer(int fd) const;

    // Calls f() on the loop when the signal came, so that f() may do what a signal handler may not; several
    // signals that come before f() is called may be one call. Another one for the same signal replaces it.
    // Taken away when the loop closes. Never suspends. Throws RuntimeError ("sig 9 cannot be caught", or
    // another loop handles it), std::invalid_argument. Source: loop.add_signal_handler.
    void add_signal_handler(int number, std::function<void()> f) const;
    // Gives the signal its default disposition back; false if there was none. Never suspends. Throws
    // RuntimeError. Source: loop.remove_signal_handler.
    bool remove_signal_handler(int number) const;

    // Who is told of exceptions that nobody can catch; empty: the default handler. Never suspends. Throws
    // RuntimeError. Source: loop.set_exception_handler.
    void set_exception_handler(ExceptionHandler handler) const {
        state_->open();
        state_->exception_handler = std::move(handler);
    }
    // Who that is now. Source: loop.get_exception_handler.
    ExceptionHandler get_exception_handler() const {
        state_->open();
        return state_->exception_handler;
    }
    // Tells the handler; if that throws, the default one is told of it. Never suspends, never throws but
    // RuntimeError. Source: loop.call_exception_handler.
    void call_exception_handler(const ErrorContext& context) const {
        state_->open();
        state_->call_exception_handler(context);
    }
    // What happens without a handler: one line through report(). Any thread; never suspends. Source:
    // loop.default_exception_handler.
    void default_exception_handler(const ErrorContext& context) const {
        detail::LoopState::default_exception_handler(context);
    }
    // Who is shown the options of each task of this loop before it is made, and may change them (name, stack
    // size); empty: nobody. What it throws, create_task() throws. Never suspends. Throws RuntimeError.
    // Source: loop.set_task_factory.
    void set_task_factory(TaskFactory factory) const {
        state_->open().set_adapts_tasks(static_cast<bool>(factory));
        state_->task_factory = std::move(factory);
    }
    // Who that is now. Source: loop.get_task_factory.
    TaskFactory get_task_factory() const {
        state_->open();
        return state_->task_factory;
    }
    // Debug mode: see RunOptions::debug. Never suspends. Throws RuntimeError. Source: loop.set_debug,
    // loop.get_debug.
    void set_debug(bool enabled) const;
    bool get_debug() const;
    // From how long on a step is reported in debug mode; 100 ms at first. Never suspends. Throws
    // RuntimeError. Source: loop.slow_callback_duration.
    void set_slow_callback_duration(Duration duration) const;
    Duration slow_callback_duration() const;

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
