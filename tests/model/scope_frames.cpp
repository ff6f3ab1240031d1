// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// timeout, wait_for, shield and TaskGroup: who cancels whom, and who takes it back.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/model/machine.hpp"

namespace model {

// asyncio.Timeout.
struct Deadline : std::enable_shared_from_this<Deadline> {
    Deadline(Machine& its_machine, Task& its_task) noexcept
        : machine(its_machine), task(its_task), cancelling_before(its_task.cancelling()) {}

    // False once it has fired.
    bool reschedule(int from_now) {
        if (expired) return false;
        if (handle) handle->cancelled = true;
        Loop& loop = machine.loop();
        const auto fire = [self = shared_from_this()] {
            self->task.cancel();
            self->expired = true;
        };
        handle = from_now <= 0 ? loop.call_soon(fire) : loop.call_at(loop.time() + from_now, fire);
        return true;
    }
    // How the scope ends, given how its body did.
    Result leave(const Result& body) {
        if (handle) handle->cancelled = true;
        handle = nullptr;  // it holds this
        if (!expired) return body;
        const bool all_ours = task.uncancel() <= cancelling_before;
        return all_ours && body.how == Result::cancelled ? error_of("timeout") : body;
    }

    Machine& machine;
    Task& task;
    int cancelling_before;
    bool expired = false;
    Loop::HandleRef handle = nullptr;
};

// asyncio.TaskGroup.
struct Group : std::enable_shared_from_this<Group> {
    Group(Machine& its_machine, Task& its_parent) noexcept : machine(its_machine), parent(its_parent) {}

    // False if it takes no more.
    bool create(const Node& root) {
        if (aborting || (exiting && tasks.empty())) return false;
        const TaskRef task = machine.start(root, {nullptr, shared_from_this()});
        tasks.push_back(task);
        task->add_done_callback([self = shared_from_this(), task] { self->task_done(task); });
        return true;
    }
    void task_done(const TaskRef& task) {
        std::erase(tasks, task);
        if (completed && tasks.empty() && !completed->done()) completed->finish(value_of({}));
        if (task->result().how != Result::error) return;
        errors.push_back(task->result().text);
        if (aborting || parent_cancelled) return;
        abort();
        parent_cancelled = true;
        parent.cancel();
    }
    void abort() {
        aborting = true;
        for (const TaskRef& task : tasks) task->cancel();
    }

    Machine& machine;
    Task& parent;
    std::vector<TaskRef> tasks = {};
    std::vector<std::string> errors = {};
    FutureRef completed = nullptr;  // what the parent waits for
    bool exiting = false;
    bool aborting = false;
    bool parent_cancelled = false;
};

namespace {

class TimeoutFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (!deadline_) {
            outer_ = task().scope().timeout;
            deadline_ = std::make_shared<Deadline>(machine(), task());
            deadline_->reschedule(node().number);
            task().scope().timeout = deadline_;
            return call_node(child(0));
        }
        machine().say(node().id, deadline_->expired ? "expired" : "not expired");
        task().scope().timeout = outer_;
        return finish_with(deadline_->leave(in));
    }

private:
    std::shared_ptr<Deadline> deadline_;
    std::shared_ptr<Deadline> outer_;
};

class GroupFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        switch (at_) {
            case 0:
                return begin();
            case 1:
                end_of_body(in);
                break;
            default:
                group_->completed = nullptr;
                if (in.how == Result::cancelled && !group_->aborting) {
                    propagates_ = true;
                    group_->abort();
                }
        }
        if (group_->tasks.empty()) return finish_with(outcome());
        at_ = 2;
        group_->completed = machine().future();
        return await_future(group_->completed);
    }

private:
    Action begin() {
        group_ = std::make_shared<Group>(machine(), task());
        for (std::size_t i = 0; i + 1 < children(); ++i) group_->create(child(i));
        outer_ = std::exchange(task().scope().group, group_);
        at_ = 1;
        return call_node(child(children() - 1));
    }
    void end_of_body(const Result& in) {
        task().scope().group = outer_;
        body_ = in;
        group_->exiting = true;
        propagates_ = in.how == Result::cancelled;
        if (in.how != Result::value && !group_->aborting) group_->abort();
    }
    Result outcome() {
        if (group_->parent_cancelled && task().uncancel() == 0) propagates_ = false;
        if (propagates_ && group_->errors.empty()) return cancelled_result;
        if (body_.how == Result::error) group_->errors.push_back(body_.text);
        if (group_->errors.empty()) return body_.how == Result::value ? body_ : value_of({});
        if (task().cancelling() > 0) {
            task().uncancel();
            task().cancel();
        }
        std::string all;
        for (const std::string& error : group_->errors) all += (all.empty() ? "" : " ") + error;
        return error_of("group(" + all + ")");
    }

    std::shared_ptr<Group> group_;
    std::shared_ptr<Group> outer_;
    Result body_;
    bool propagates_ = false;
    int at_ = 0;
};

// asyncio.shield() of a task that is not done.
FutureRef shield(Machine& machine, const TaskRef& inner) {
    FutureRef outer = machine.future();
    inner->add_done_callback([inner, outer] {
        if (!outer->done()) outer->finish(inner->result());
    });
    return outer;
}

class ShieldFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        switch (at_++) {
            case 0:
                inner_ = machine().start(child(0));
                return await_future(shield(machine(), inner_));
            case 1:
                return in.how == Result::cancelled && node().mode ? await_future(inner_) : finish_with(in);
            default:
                if (in.how != Result::value) return finish_with(in);
                machine().say(node().id, "waited: " + in.text);
                return finish_with(cancelled_result);
        }
    }

private:
    int at_ = 0;
    TaskRef inner_;
};

// asyncio.wait_for() as it is since 3.12.
class WaitForFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (deadline_) return finish_with(deadline_->leave(in));
        if (waiter_) {
            if (in.how != Result::value) return finish_with(in);
            const Result& how = future_->result();
            return finish_with(how.how == Result::cancelled ? error_of("timeout") : how);
        }
        if (node().mode != for_callable) {
            const TaskRef inner = machine().start(child(0));
            future_ = node().mode == for_shield ? shield(machine(), inner) : inner;
        }
        return node().number > 0 ? with_time() : without_time();
    }

private:
    Action with_time() {
        deadline_ = std::make_shared<Deadline>(machine(), task());
        deadline_->reschedule(node().number);
        return future_ ? await_future(future_) : call_node(child(0));
    }
    Action without_time() {
        if (!future_) return finish_with(error_of("timeout"));  // ours: a callable then never starts
        waiter_ = machine().future();
        future_->add_done_callback([waiter = waiter_] {
            if (!waiter->done()) waiter->finish(value_of({}));
        });
        future_->cancel();
        return await_future(waiter_);
    }

    FutureRef future_;
    std::shared_ptr<Deadline> deadline_;
    FutureRef waiter_;
};

// reschedule and spawn.
class ScopeAct final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result&) override {
        const Scope& scope = task().scope();
        if (node().kind == Kind::reschedule) {
            if (!scope.timeout) return finish_with(value_of("none"));
            return finish_with(scope.timeout->reschedule(node().number) ? value_of("moved")
                                                                        : error_of("runtime error"));
        }
        if (!node().mode || !scope.group) {
            machine().start(child(0));
        } else if (!scope.group->create(child(0))) {
            return finish_with(error_of("runtime error"));
        }
        return finish_with(value_of("spawned"));
    }
};

}  // namespace

std::unique_ptr<Frame> make_scope_frame(Machine& machine, Task& task, const Node& node) {
    switch (node.kind) {
        case Kind::timeout:
            return std::make_unique<TimeoutFrame>(machine, task, node);
        case Kind::group:
            return std::make_unique<GroupFrame>(machine, task, node);
        case Kind::shield:
            return std::make_unique<ShieldFrame>(machine, task, node);
        case Kind::wait_for:
            return std::make_unique<WaitForFrame>(machine, task, node);
        default:
            return std::make_unique<ScopeAct>(machine, task, node);
    }
}

}  // namespace model
