// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop_driver.hpp"

#include <optional>
#include <vector>

#include "fibers/debug/mode.hpp"
#include "fibers/error.hpp"
#include "fibers/error_context.hpp"
#include "fibers/executor.hpp"
#include "fibers/kernel/park.hpp"
#include "fibers/signals.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/task_record.hpp"

namespace fibers::detail {
namespace {

// How often tasks that wait again after each cancellation are cancelled to end a deadlock, and how often at
// the end of a loop those that clean-up has made.
constexpr int most_cancellations = 100;

TaskRecord* task_of(const kernel::Fiber& fiber) noexcept {
    return static_cast<TaskRecord*>(fiber.task);
}

// Stops the loop in the turn after a future's end, as asyncio does: callbacks that came before still run.
class StopNotice final : public DoneNotice {
public:
    explicit StopNotice(LoopState& loop) noexcept : loop_(loop) {}
    void arrived() noexcept override { loop_.stopping = true; }

private:
    LoopState& loop_;
};

// One run, from its begin to its end. A loop that was told to stop before runs one turn and does not block.
class Run {
public:
    explicit Run(LoopState& loop, bool one_turn = false)
        : turn_([](kernel::Runnable&) noexcept {}), loop_(loop) {
        loop_.enter();
        if (one_turn) loop_.stopping = true;
        if (loop_.stopping) loop_.scheduler().make_ready(turn_);
    }
    ~Run() {
        loop_.scheduler().make_unready(turn_);
        loop_.stopping = false;
        loop_.leave();
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Whether the loop shall return, asked between its turns.
    bool over() noexcept { return std::exchange(begun_, true) && loop_.stopping; }

private:
    kernel::Runnable turn_;
    LoopState& loop_;
    bool begun_ = false;
};

}  // namespace

void LoopDriver::run_until_done(FutureState& main, bool interrupts) {
    Run run(*loop_, main.done());
    interrupted_ = false;
    std::optional<InterruptScope> ctrl_c;
    if (interrupts) ctrl_c.emplace(scheduler().poller());
    StopNotice stop(*loop_);
    if (!main.done()) stop.listen(main);
    run_until([&] {
        if (ctrl_c && ctrl_c->take()) main.cancel({});
        return run.over() || (scheduler().abandoned() && main.done());
    });
    const bool cancelled = main.status() == FutureStatus::cancelled;
    interrupted_ = ctrl_c && ctrl_c->interrupted() && cancelled && main.task()->uncancel() == 0;
}

void LoopDriver::run_forever() {
    Run run(*loop_);
    run_until([&] { return run.over() || (!deadlock_.empty() && scheduler().fiber_count() == 0); });
}

void LoopDriver::shut_down() {
    if (scheduler().abandoned()) return;  // a forked child: the tasks are the parent's
    loop_->stopping = false;
    loop_->ending = true;
    Run run(*loop_);
    for (int round = 0; !loop_->given_up && (scheduler().fiber_count() > 0 || !scheduler().ready().empty());
         ++round) {
        if (round == most_cancellations) return give_up();
        end_what_is_left();
    }
    run_until([&] { return default_executor_ended(scheduler()); });
    report_unclosed(scheduler());
}

// Cancels the tasks there are and waits for them; their clean-up may make more.
void LoopDriver::end_what_is_left() {
    std::vector<Ref<FutureState>> left;
    for (const kernel::Fiber* at = scheduler().fibers(); at; at = at->following) {
        if (at->task) left.emplace_back(&task_of(*at)->future);
    }
    cancel_everything();
    std::size_t done = 0;
    run_until([&] {
        while (done < left.size() && left[done]->done()) ++done;
        if (scheduler().fiber_count() == 0) return scheduler().ready().empty();
        return done > 0 && done == left.size();
    });
    for (const Ref<FutureState>& state : left) {
        if (state->status() != FutureStatus::error) continue;
        loop_->call_exception_handler(
            {"unhandled exception during fibers::run() shutdown", state->peek_error(), describe(*state)});
        state->set_observed();
    }
}

template <class Done>
void LoopDriver::run_until(Done done) {
    struct Argument {
        LoopDriver& self;
        Done& done;
    } argument{*this, done};
    scheduler().run(
        [](void* p) {
            auto& [self, its_done] = *static_cast<Argument*>(p);
            return self.loop_->given_up || its_done();
        },
        [](void* p) { static_cast<Argument*>(p)->self.on_deadlock(); }, &argument);
}

// Nobody can run any more: keeps the list of who waits, and cancels everybody, so that their destructors run.
void LoopDriver::on_deadlock() {
    if (deadlock_.empty()) {
        deadlock_ = "deadlock: every fiber waits and nothing can wake one" + scheduler().describe_waiting();
    }
    if (++deadlocks_ <= most_cancellations && cancel_everything()) return;
    give_up();
}

void LoopDriver::throw_deadlock() {
    if (deadlock_.empty()) return;
    deadlocks_ = 0;
    throw DeadlockError(std::exchange(deadlock_, {}));
}

void LoopDriver::give_up() {
    loop_->given_up = true;
    abandon_tasks(scheduler());
}

// Cancels every fiber; false if that made none ready.
bool LoopDriver::cancel_everything() {
    for (kernel::Fiber* at = scheduler().fibers(); at; at = at->following) {
        if (at->task) {
            task_of(*at)->cancel({});
        } else {
            kernel::request_cancel(*at, {});
        }
    }
    return !scheduler().ready().empty();
}

void abandon_tasks(kernel::Scheduler& scheduler) {
    for (const kernel::Fiber* at = scheduler.fibers(); at; at = at->following) {
        if (at->task) task_of(*at)->abandon();
    }
}

}  // namespace fibers::detail
