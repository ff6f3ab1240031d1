// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A function on a stack of its own, and the switches to it and back: what Fiber and generator are made of.
//
// It is nothing that the loop knows of: the fiber of the loop that resumes it lends it everything but the
// stack. So it is the same task in there, the same cancellation, the same locks are ours; and what waits in
// there parks that fiber, through the one door. Without a loop it works too, but cannot wait.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "fibers/kernel/context.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

class FiberState {
public:
    explicit FiberState(std::size_t stack_size) noexcept;
    FiberState(const FiberState&) = delete;
    FiberState& operator=(const FiberState&) = delete;

    // Runs the body until it yields or ends; `error`, unless null, is thrown where it yielded. Throws what
    // the body throws, but no FiberExit; RuntimeError if it has ended, runs already, or is another thread's.
    void resume(std::exception_ptr error);
    // Called by the body: goes back to who resumed it, until it is resumed. Throws what that hands in;
    // RuntimeError if called by anybody else.
    void yield();
    // Called by the body: the same, but who resumed it waits on for `other`, which runs instead.
    void yield_to(FiberState& other);
    bool done() const noexcept { return stage_ == Stage::done; }

    // What is left of the body is unwound by FiberExit, then this object is deleted.
    void destroy() noexcept;

protected:
    virtual ~FiberState() = default;
    // The body; what it needed is gone when it ends.
    virtual void run() = 0;

private:
    // What a fiber is doing.
    enum class Stage : std::uint8_t {
        fresh,      // not yet resumed: it has no stack
        suspended,  // it has yielded
        running,    // it, or what it has resumed, or it waits for something in the loop
        done,       // its body has ended
    };
    // One resume(), on the stack of who called it.
    struct Resumption {
        kernel::Context caller;                 // where to go on
        kernel::Fiber* lender;                  // of the loop; null if none runs
        kernel::sanitizer::State lender_state;  // what sanitizers are to know of its stack
        FiberState* left = nullptr;             // who came back
        std::exception_ptr error = nullptr;     // what that ended with
    };

    void check_can_run() const;
    void check_inside() const;
    void begin();
    void lend(Resumption& back) noexcept;
    void throw_handed_in();
    void release_stack() noexcept;
    static void enter(void* self);

    Stage stage_ = Stage::fresh;
    const kernel::ExceptionState* thread_;  // whose it is
    Resumption* back_ = nullptr;            // while it runs
    std::exception_ptr handed_in_;          // to be thrown where it yielded
    kernel::Context own_;
    std::size_t stack_size_;
    std::shared_ptr<kernel::StackPool> stacks_;  // the thread's
    kernel::Stack* stack_ = nullptr;             // while it has begun and not ended
};

// Deletes one.
struct FiberEnd {
    void operator()(FiberState* state) const noexcept { state->destroy(); }
};

// What can be the body of an Owner: called with a Self.
template <class F, class Self, class Owner>
concept FiberFunction = !std::same_as<std::decay_t<F>, Owner> && std::invocable<std::decay_t<F>&, Self&>;

// One with a body that is called with a `Self`, made of the state.
template <class State, class Self, class F>
class FiberBody final : public State {
public:
    FiberBody(F&& f, std::size_t stack_size) : State(stack_size), f_(std::move(f)) {}
    FiberBody(const F& f, std::size_t stack_size) : State(stack_size), f_(f) {}

private:
    void run() override {
        const struct Emptier {
            std::optional<F>& f;
            ~Emptier() { f.reset(); }
        } emptier{f_};
        Self self(*this);
        std::invoke(*f_, self);
    }

    std::optional<F> f_;
};

}  // namespace fibers::detail
