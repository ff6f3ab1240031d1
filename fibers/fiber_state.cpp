// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/fiber_state.hpp"

#include <string>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/fiber.hpp"
#include "fibers/kernel/overflow.hpp"
#include "fibers/report.hpp"
#include "fibers/task/body.hpp"
#include "fibers/task/exception_info.hpp"

namespace fibers::detail {
namespace {

// A body that ignores as many FiberExits in a row will not end.
constexpr int patience = 100;

// Not a loop's: a fiber may outlive that, and the thread's thread-locals.
class ThreadStacks {
public:
    ThreadStacks() : pool(std::make_shared<kernel::StackPool>()) {
        kernel::install_overflow_handler();
        kernel::bare_stacks = pool.get();
    }
    ~ThreadStacks() {
        kernel::bare_stacks = nullptr;
        kernel::remove_signal_stack();
    }
    ThreadStacks(const ThreadStacks&) = delete;
    ThreadStacks& operator=(const ThreadStacks&) = delete;

    const std::shared_ptr<kernel::StackPool> pool;
};

const std::shared_ptr<kernel::StackPool>& stacks_of_thread() {
    thread_local const ThreadStacks stacks;
    return stacks.pool;
}

[[noreturn]] void die(const char* why) noexcept {
    report(why);
    std::terminate();
}

}  // namespace

FiberState::FiberState(std::size_t stack_size) noexcept
    : thread_(&kernel::exception_state()),
      stack_size_(stack_size ? stack_size : kernel::default_stack_size) {}

void FiberState::check_can_run() const {
    if (thread_ != &kernel::exception_state()) throw RuntimeError("this Fiber belongs to another thread");
    if (stage_ == Stage::running) throw RuntimeError("this Fiber is running already");
    if (stage_ == Stage::done) throw RuntimeError("this Fiber has ended");
}

// By the address of the frame: it may be called by any code, in any fiber, of any thread.
void FiberState::check_inside() const {
    const auto* const here = static_cast<const char*>(__builtin_frame_address(0));
    if (stage_ == Stage::running && here >= stack_->bottom && here < stack_->top()) return;
    throw RuntimeError("only the body of a Fiber can yield for it");
}

void FiberState::begin() {
    stacks_ = stacks_of_thread();
    stack_ = &stacks_->acquire(stack_size_);
    kernel::prepare(own_, stack_->bottom, stack_->top(), stack_->tsan_fiber, &FiberState::enter, this);
    own_.exceptions = &kernel::exception_state();
}

// Whose stack the loop's fiber stands on has changed.
void FiberState::lend(Resumption& back) noexcept {
    stage_ = Stage::running;
    back_ = &back;
    if (back.lender) back.lender->context.sanitizer_state = own_.sanitizer_state;
}

void FiberState::resume(std::exception_ptr error) {
    check_can_run();
    if (stage_ == Stage::fresh) begin();
    handed_in_ = std::move(error);
    Resumption back{.caller = {}, .lender = kernel::this_fiber, .lender_state = {}};
    kernel::adopt_thread(back.caller);
    if (back.lender) back.lender_state = back.lender->context.sanitizer_state;
    {
        // The body does not know that this stack unwinds.
        std::optional<kernel::Shield> shield;
        if (back.caller.exceptions->uncaught > 0) shield.emplace();
        lend(back);
        switch_context(back.caller, own_);
    }
    // Who came back may be another, and this one no more.
    if (back.lender) back.lender->context.sanitizer_state = back.lender_state;
    if (back.left->done()) back.left->release_stack();
    if (back.error) std::rethrow_exception(std::move(back.error));
}

void FiberState::yield() {
    check_inside();
    Resumption& back = *std::exchange(back_, nullptr);
    stage_ = Stage::suspended;
    back.left = this;
    switch_context(own_, back.caller);
    throw_handed_in();
}

void FiberState::yield_to(FiberState& other) {
    check_inside();
    if (&other == this) return;
    other.check_can_run();
    if (other.stage_ == Stage::fresh) other.begin();
    Resumption& back = *std::exchange(back_, nullptr);
    stage_ = Stage::suspended;
    other.lend(back);
    switch_context(own_, other.own_);
    throw_handed_in();
}

void FiberState::throw_handed_in() {
    if (handed_in_) std::rethrow_exception(std::exchange(handed_in_, nullptr));
}

// The first frame on its stack. Not noexcept: pthread_exit() in the body unwinds through it.
void FiberState::enter(void* self) {
    auto& state = *static_cast<FiberState*>(self);
    std::exception_ptr error;
    try {
        state.throw_handed_in();
        state.run();
    } catch (const FiberExit&) {  // it ends as it was told
    } catch (...) {
        if (unwinding_by_force()) throw;
        error = std::current_exception();
    }
    Resumption& back = *state.back_;
    state.stage_ = Stage::done;
    back.left = &state;
    back.error = std::move(error);
    finish_context(state.own_, back.caller);
}

void FiberState::release_stack() noexcept {
    stacks_->release(*std::exchange(stack_, nullptr));
}

void FiberState::destroy() noexcept {
    if (stage_ == Stage::running) die("a Fiber was destroyed while it was running");
    if (stage_ == Stage::suspended) {
        if (thread_ != &kernel::exception_state())
            die("a Fiber was destroyed by another thread than its own");
        const kernel::Shield shield;
        for (int exits = 0; !done(); ++exits) {
            if (exits == 1) report("a Fiber ignored FiberExit: it is thrown again");
            if (exits == patience) die("a Fiber ignored FiberExit again and again");
            try {
                resume(std::make_exception_ptr(FiberExit()));
            } catch (...) {
                report("exception ignored at the end of a Fiber: " +
                       exception_text(std::current_exception()));
            }
        }
    }
    delete this;
}

}  // namespace fibers::detail
