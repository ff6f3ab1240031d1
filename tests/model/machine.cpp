// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/model/machine.hpp"

#include <algorithm>

namespace model {

Loop::HandleRef Loop::call_soon(std::function<void()> call) {
    ready_.push_back(std::make_shared<Handle>(Handle{std::move(call)}));
    return ready_.back();
}

Loop::HandleRef Loop::call_at(int when, std::function<void()> call) {
    auto handle = std::make_shared<Handle>(Handle{std::move(call)});
    timers_[{when, next_++}] = handle;
    return handle;
}

void Loop::run() {
    for (;;) {
        while (!timers_.empty() && timers_.begin()->second->cancelled) timers_.erase(timers_.begin());
        if (ready_.empty()) {
            if (timers_.empty()) return;
            time_ = std::max(time_, timers_.begin()->first.first);
        }
        while (!timers_.empty() && timers_.begin()->first.first <= time_) {
            ready_.push_back(timers_.begin()->second);
            timers_.erase(timers_.begin());
        }
        for (std::size_t left = ready_.size(); left > 0; --left) {
            const HandleRef handle = ready_.front();
            ready_.pop_front();
            if (!handle->cancelled) handle->call();
        }
    }
}

bool Future::cancel() {
    if (done()) return false;
    finish(cancelled_result);
    return true;
}

void Future::finish(Result result) {
    result_ = std::move(result);
    for (auto& callback : std::exchange(callbacks_, {})) loop_.call_soon(std::move(callback));
}

void Future::add_done_callback(std::function<void()> callback) {
    if (done()) {
        loop_.call_soon(std::move(callback));
    } else {
        callbacks_.push_back(std::move(callback));
    }
}

Task::Task(Machine& machine, const Node& root, Scope scope) noexcept
    : Future(machine.loop()), machine_(machine), root_(root), scope_(std::move(scope)) {}

void Task::start() {
    loop().call_soon([self = shared_from_this(), this] { step(value_of({})); });
}

bool Task::cancel() {
    if (done()) return false;
    ++requests_;
    if (!held_ && waiting_for_ && waiting_for_->cancel()) return true;
    must_cancel_ = true;
    return true;
}

int Task::uncancel() noexcept {
    if (requests_ > 0 && --requests_ == 0) must_cancel_ = false;
    return requests_;
}

void Task::step(Result in) {
    if (!held_ && std::exchange(must_cancel_, false)) in = cancelled_result;
    waiting_for_ = nullptr;
    if (!std::exchange(begun_, true)) {
        if (in.how == Result::cancelled) return end(in);
        machine_.know(root_.id, std::static_pointer_cast<Task>(shared_from_this()));
        frames_.push_back(make_frame(machine_, *this, root_));
        machine_.say(root_.id, "starts");
    }
    for (;;) {
        Action action = frames_.back()->resume(in);
        switch (action.what) {
            case Action::call:
                frames_.push_back(make_frame(machine_, *this, *action.node));
                machine_.say(action.node->id, "starts");
                in = value_of({});
                break;
            case Action::finish: {
                in = std::move(action.result);
                const char* const how = in.how == Result::value   ? "returns "
                                        : in.how == Result::error ? "throws "
                                                                  : "cancelled";
                machine_.say(frames_.back()->node().id, how + in.text);
                frames_.pop_back();
                if (frames_.empty()) return end(in);
                break;
            }
            case Action::await:
                if (action.future->done()) {
                    in = action.future->result();
                    break;
                }
                waiting_for_ = action.future;
                waiting_for_->add_done_callback(
                    [self = shared_from_this(), this, future = action.future] { step(future->result()); });
                if (!held_ && must_cancel_ && waiting_for_->cancel()) must_cancel_ = false;
                return;
            case Action::yield:
                loop().call_soon([self = shared_from_this(), this] { step(value_of({})); });
                return;
        }
    }
}

void Task::end(Result how) {
    // Cancelled after its last wait.
    if (how.how == Result::value && std::exchange(must_cancel_, false)) how = cancelled_result;
    finish(how.how == Result::cancelled ? cancelled_result : std::move(how));
}

Machine::Machine(Dialect dialect) : dialect_(dialect), locks_(static_cast<std::size_t>(lock_count)) {
    for (const int permits : semaphore_permits) {
        semaphores_.emplace_back();
        semaphores_.back().value = permits;
    }
    for (const int size : queue_sizes) {
        queues_.emplace_back();
        queues_.back().size = static_cast<std::size_t>(size);
    }
}

void Machine::say(int id, const std::string& what) {
    trace_.push_back(std::to_string(loop_.time()) + " " + std::to_string(id) + " " + what);
}

TaskRef Machine::start(const Node& root, Scope scope, bool known) {
    auto task = std::make_shared<Task>(*this, root, std::move(scope));
    if (known) know(root.id, task);
    task->start();
    return task;
}

TaskRef Machine::find(int id) const {
    const auto found = tasks_.find(id);
    return found == tasks_.end() ? nullptr : found->second;
}

// What main() does: sleeps, cancels what is left, and so on.
void Machine::look_after(int round) {
    const auto left = [](const auto& known) { return !known.second->done(); };
    if (round == rounds || std::none_of(tasks_.begin(), tasks_.end(), left)) return;
    loop_.call_at(loop_.time() + patience, [this, round] {
        loop_.call_soon([this, round] {
            for (const auto& [id, task] : tasks_) task->cancel();
            look_after(round + 1);
        });
    });
}

Trace Machine::run(const Program& program) {
    for (const Node& root : program.roots) start(root);
    look_after(0);
    loop_.run();
    for (const auto& [id, task] : tasks_) {
        const Result& how = task->result();
        const std::string text = how.how == Result::cancelled ? "cancelled"
                                 : how.how == Result::value   ? "value"
                                 : how.how == Result::pending ? "left"
                                                              : how.text;
        trace_.push_back("task " + std::to_string(id) + " " + text + " cancelling " +
                         std::to_string(task->cancelling()));
    }
    return std::move(trace_);
}

Trace run_by_rules(const Program& program, Dialect dialect) {
    return Machine(dialect).run(program);
}

}  // namespace model
