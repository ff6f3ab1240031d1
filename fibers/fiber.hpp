// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The ground floor: bare switching between stacks, for who builds something of their own on it, as gevent
// stands on greenlet. Most programs want tasks, or generator.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "fibers/error.hpp"
#include "fibers/fiber_state.hpp"

namespace fibers {

// Thrown where a Fiber or generator has yielded, when it is destroyed before its body has ended. Not a
// std::exception. A `catch (...)` that catches it must rethrow it. A body that throws it just ends. Source:
// Python's GeneratorExit, greenlet.GreenletExit.
class FiberExit {};

// A function on a stack of its own that runs when somebody calls resume(), as a part of them, until it
// yields:
//
//     Fiber numbers([&](Fiber::Self self) {
//         for (n = 1;; ++n) self.yield();
//     });
//     numbers.resume();
//
// It is no task and nothing that the loop runs: who resumes it lends it its task, so that cancellation, time
// limits and locks in there are theirs, and what waits in there makes them wait. Works without run() too, but
// then nothing in there can wait. The exception that is being handled, and errno, are its own. Do not yield
// inside of shielded(), timeout() or TaskGroup::run(): these belong to who resumed it then.
//
// Movable. Belongs to the thread that made it and must die there; it may outlive run(). One that dies before
// its body has ended throws FiberExit where that has yielded, so that its frames are unwound, and does not
// let cancellations in meanwhile; what the body throws instead is reported, as is that it goes on (then
// FiberExit is thrown again, and std::terminate() called after 100 times). To destroy one that runs calls
// std::terminate(). Source: greenlet.greenlet; but its parent is always who resumed it.
class Fiber {
public:
    // What the body leaves with; to be used by the body only, on its own stack, as deep as it likes.
    class Self {
    public:
        // Goes back to who called resume(), and returns when that is called again. Is no suspension point.
        // Throws what is handed in, FiberExit, RuntimeError if anybody else calls it.
        void yield() const { state_->yield(); }
        // Goes over to `other`, which takes this one's place: where it yields or ends, the resume() that
        // brought us here returns. Throws as yield(), and RuntimeError if `other` cannot be resumed.
        void yield_to(Fiber& other) const { state_->yield_to(other.state()); }

    private:
        template <class State, class Of, class F>
        friend class detail::FiberBody;
        explicit Self(detail::FiberState& state) noexcept : state_(&state) {}
        detail::FiberState* state_;
    };

    // Of body(self), which is decay-copied and does not begin yet. `stack_size`: bytes of address space,
    // committed as touched; 0: the default. Throws what copying the body throws.
    template <detail::FiberFunction<Self, Fiber> F>
    explicit Fiber(F&& body, std::size_t stack_size = 0)
        : state_(new detail::FiberBody<detail::FiberState, Self, std::decay_t<F>>(std::forward<F>(body),
                                                                                  stack_size)) {}

    // Runs the body until it yields or ends. Suspends if that does. Throws what the body throws, which has
    // ended then; RuntimeError if it has ended already, is running, was moved away, or belongs to another
    // thread; ResourceError if there is no stack.
    void resume() { state().resume(nullptr); }
    // The same, and throws `error` where it has yielded, or before it begins. Source: greenlet.throw.
    void resume_with(std::exception_ptr error) { state().resume(std::move(error)); }
    // Whether the body has ended; of one that was moved away, true. Never suspends.
    bool done() const noexcept { return !state_ || state_->done(); }

private:
    detail::FiberState& state() const {
        if (!state_) throw RuntimeError("this Fiber was moved away");
        return *state_;
    }

    std::unique_ptr<detail::FiberState, detail::FiberEnd> state_;
};

}  // namespace fibers
