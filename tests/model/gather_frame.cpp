// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio.gather(), and what DESIGN.md adds for callables: those are owned, so that on the first failure, and
// when the handle dies early, they are cancelled and waited for first.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/model/machine.hpp"

namespace model {
namespace {

class Gathering final : public Future {
public:
    Gathering(Loop& its_loop, int mode) noexcept : Future(its_loop), mode_(mode) {}

    void begin(std::vector<TaskRef> children) {
        children_ = std::move(children);
        for (auto child = children_.begin(); child != children_.end(); ++child) {
            if (std::find(children_.begin(), child, *child) != child) continue;  // given twice
            ++distinct_;
            (*child)->add_done_callback(
                [self = shared_from_this(), this, each = *child] { child_done(*each); });
        }
    }

    bool cancel() override {
        if (done()) return false;
        bool any = false;
        for (const TaskRef& child : children_) any |= child->cancel();
        if (any) cancel_requested_ = true;
        return any;
    }

    // The tasks that die with the handle, in order.
    std::vector<TaskRef> owned_and_left() const {
        std::vector<TaskRef> left;
        if (!(mode_ & callables)) return left;
        for (const TaskRef& child : children_) {
            if (!child->done()) left.push_back(child);
        }
        return left;
    }

private:
    void child_done(const Task& child) {
        ++finished_;
        if (done()) return;
        if (child.result().how != Result::value && !(mode_ & outcomes) && failure_.how == Result::pending) {
            failure_ = child.result();
            for (const TaskRef& other : owned_and_left()) other->cancel();
        }
        if (failure_.how != Result::pending) {
            if (owned_and_left().empty()) finish(failure_);
        } else if (finished_ == distinct_) {
            finish(cancel_requested_ ? cancelled_result : results());
        }
    }
    Result results() const {
        std::string all;
        for (const TaskRef& child : children_) {
            const Result& how = child->result();
            all += (all.empty() ? "" : " ") + (how.how == Result::cancelled ? "cancelled" : how.text);
        }
        return value_of("[" + all + "]");
    }

    int mode_;
    std::vector<TaskRef> children_;
    int distinct_ = 0;
    int finished_ = 0;
    bool cancel_requested_ = false;
    Result failure_;
};

class GatherFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        switch (at_++) {
            case 0:
                begin();
                if (node().mode & with_body) return call_node(child(children() - 1));
                ++at_;
                return await_future(gathering_);
            case 1:
                if (in.how == Result::value) return await_future(gathering_);
                return abandon(in);
            case 2:
                return finish_with(in);
            default:
                return wait_for_left();
        }
    }

private:
    void begin() {
        const std::size_t count = children() - (node().mode & with_body ? 1 : 0);
        std::vector<TaskRef> tasks;
        for (std::size_t i = 0; i < count; ++i) {
            // Nobody knows the tasks of callables before they run.
            tasks.push_back(machine().start(child(i), {}, !(node().mode & callables)));
        }
        if (node().mode & first_twice) tasks.push_back(tasks.front());
        gathering_ = std::make_shared<Gathering>(machine().loop(), node().mode);
        gathering_->begin(std::move(tasks));
    }
    // The handle dies before its time, because of `why`.
    Action abandon(const Result& why) {
        why_ = why;
        left_ = gathering_->owned_and_left();
        for (const TaskRef& task : left_) task->cancel();
        at_ = 3;
        task().hold_cancellations(true);
        return wait_for_left();
    }
    Action wait_for_left() {
        for (const TaskRef& task : left_) {
            if (!task->done()) return await_future(task);
        }
        task().hold_cancellations(false);
        return finish_with(why_);
    }

    int at_ = 0;
    std::shared_ptr<Gathering> gathering_;
    std::vector<TaskRef> left_;
    Result why_;
};

}  // namespace

std::unique_ptr<Frame> make_gather_frame(Machine& machine, Task& task, const Node& node) {
    return std::make_unique<GatherFrame>(machine, task, node);
}

}  // namespace model
