// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/run.hpp"

#include <vector>

#include "fibers/debug/mode.hpp"
#include "fibers/error.hpp"
#include "fibers/executor.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/report.hpp"
#include "fibers/signals.hpp"
#include "fibers/terminate.hpp"

namespace fibers::detail {
namespace {

// How often tasks that wait again after each cancellation are cancelled to end a deadlock, and how often at
// the end of run() those that clean-up has made.
constexpr int most_cancellations = 100;

TaskRecord* task_of(const kernel::Fiber& fiber) noexcept {
    return static_cast<TaskRecord*>(fiber.task);
}

}  // namespace

Runner::Runner(const RunOptions& options) {
    if (kernel::this_scheduler) {
        throw RuntimeError(
            "fibers::run() cannot be called from a running event loop: you are in it already, just call the "
            "function");
    }
    loop_ = std::make_shared<LoopState>(LoopOptions{options.clock});
    scheduler_ = &loop_->scheduler();
    install_terminate_handler();
    if (options.debug.value_or(debug_by_environment())) set_debug(*scheduler_, true);
}

Runner::~Runner() {
    loop_->leave();
    loop_->close(given_up_ || scheduler_->abandoned());
}

void Runner::run(TaskRecord& main) {
    loop_->enter();
    run_main(main);
    if (scheduler_->abandoned()) return;  // a forked child: the other tasks are the parent's
    shut_down();
    report_unclosed(*scheduler_);
    if (!deadlock_.empty()) {
        main.future.set_observed();
        throw DeadlockError(deadlock_);
    }
    if (interrupted_) throw KeyboardInterrupt();
}

void Runner::run_main(TaskRecord& main) {
    InterruptScope interrupts(scheduler_->poller());
    run_until([&] {
        if (interrupts.take()) main.cancel({});
        return main.future.done();
    });
    const bool cancelled = main.future.status() == FutureStatus::cancelled;
    interrupted_ = interrupts.interrupted() && cancelled && main.uncancel() == 0;
}

void Runner::shut_down() {
    for (int round = 0; !given_up_ && (scheduler_->fiber_count() > 0 || !scheduler_->ready().empty());
         ++round) {
        if (round == most_cancellations) return give_up();
        end_what_is_left();
    }
    run_until([this] { return default_executor_ended(*scheduler_); });
}

// Cancels the tasks there are and waits for them; their clean-up may make more.
void Runner::end_what_is_left() {
    std::vector<Ref<FutureState>> left;
    for (const kernel::Fiber* at = scheduler_->fibers(); at; at = at->following) {
        if (at->task) left.emplace_back(&task_of(*at)->future);
    }
    cancel_everything();
    std::size_t done = 0;
    run_until([&] {
        while (done < left.size() && left[done]->done()) ++done;
        if (scheduler_->fiber_count() == 0) return scheduler_->ready().empty();
        return done > 0 && done == left.size();
    });
    for (const Ref<FutureState>& state : left) {
        if (state->status() != FutureStatus::error) continue;
        report("unhandled exception during fibers::run() shutdown: " + describe(*state));
        state->set_observed();
    }
}

template <class Done>
void Runner::run_until(Done done) {
    struct Argument {
        Runner& self;
        Done& done;
    } argument{*this, done};
    scheduler_->run(
        [](void* p) {
            auto& [self, its_done] = *static_cast<Argument*>(p);
            return self.given_up_ || its_done();
        },
        [](void* p) { static_cast<Argument*>(p)->self.on_deadlock(); }, &argument);
}

// Nobody can run any more: keeps the list of who waits, and cancels everybody, so that their destructors run.
void Runner::on_deadlock() {
    if (deadlocks_++ == 0) {
        deadlock_ = "deadlock: every fiber waits and nothing can wake one" + scheduler_->describe_waiting();
    }
    if (deadlocks_ <= most_cancellations && cancel_everything()) return;
    give_up();
}

void Runner::give_up() {
    given_up_ = true;
    for (const kernel::Fiber* at = scheduler_->fibers(); at; at = at->following) {
        if (at->task) task_of(*at)->abandon();
    }
}

// Cancels every fiber; false if that made none ready.
bool Runner::cancel_everything() {
    for (kernel::Fiber* at = scheduler_->fibers(); at; at = at->following) {
        if (at->task) {
            task_of(*at)->cancel({});
        } else {
            kernel::request_cancel(*at, {});
        }
    }
    return !scheduler_->ready().empty();
}

}  // namespace fibers::detail
