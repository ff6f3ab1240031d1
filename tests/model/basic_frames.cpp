// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The nodes that a Python programmer would write himself.
#include <memory>
#include <utility>

#include "tests/model/machine.hpp"

namespace model {
namespace {

// asyncio.sleep(): of a future that a timer sets.
class Sleep final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (std::exchange(begun_, true)) {
            if (handle_) handle_->cancelled = true;
            return finish_with(in.how == Result::value ? value_of("slept") : in);
        }
        if (node().number <= 0) return {Action::yield};
        Loop& loop = machine().loop();
        FutureRef future = machine().future();
        handle_ = loop.call_at(loop.time() + node().number, [future] {
            if (!future->done()) future->finish(value_of({}));
        });
        return await_future(std::move(future));
    }

private:
    bool begun_ = false;
    Loop::HandleRef handle_;
};

class Seq final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (in.how != Result::value || next_ == children()) return finish_with(in);
        return call_node(child(next_++));
    }

private:
    std::size_t next_ = 0;
};

class OnCancelled final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        switch (at_++) {
            case 0:
                return call_node(child(0));
            case 1:
                if (in.how != Result::cancelled) return finish_with(in);
                if (children() > 1) return call_node(child(1));
                ++at_;
                return handled("swallowed");
            default:
                return in.how == Result::value ? handled(in.text) : finish_with(in);
        }
    }

private:
    Action handled(const std::string& text) {
        if (node().mode == swallow_and_uncancel) machine().say(node().id, std::to_string(task().uncancel()));
        if (node().mode == rethrow) return finish_with(cancelled_result);
        if (node().mode == fail) return finish_with(error_of("boom" + std::to_string(node().id)));
        return finish_with(value_of(text));
    }
    int at_ = 0;
};

class Guard final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (!std::exchange(begun_, true)) return call_node(child(0));
        return finish_with(in.how == Result::error ? value_of("caught " + in.text) : in);
    }

private:
    bool begun_ = false;
};

class Finally final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        switch (at_++) {
            case 0:
                return call_node(child(0));
            case 1:
                how_ = in;
                return call_node(child(1));
            default:
                return finish_with(in.how == Result::value ? how_ : in);
        }
    }

private:
    int at_ = 0;
    Result how_;
};

class Join final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        if (std::exchange(begun_, true)) {
            return finish_with(in.how == Result::value ? value_of("joined " + in.text) : in);
        }
        const TaskRef other = machine().find(node().number);
        return other ? await_future(other) : finish_with(value_of("none"));
    }

private:
    bool begun_ = false;
};

// Everything that is over at once.
class Act final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result&) override {
        switch (node().kind) {
            case Kind::boom:
                return finish_with(error_of("boom" + std::to_string(node().id)));
            case Kind::release:
                machine().semaphore(node().number).release();
                return finish_with(value_of("released"));
            case Kind::cancel: {
                const TaskRef other = machine().find(node().number);
                return finish_with(value_of(!other ? "none" : other->cancel() ? "true" : "false"));
            }
            case Kind::uncancel:
                return finish_with(value_of(std::to_string(task().uncancel())));
            default:
                return finish_with(value_of("v"));
        }
    }
};

}  // namespace

std::unique_ptr<Frame> make_frame(Machine& machine, Task& task, const Node& node) {
    switch (node.kind) {
        case Kind::sleep:
            return std::make_unique<Sleep>(machine, task, node);
        case Kind::seq:
            return std::make_unique<Seq>(machine, task, node);
        case Kind::on_cancel:
            return std::make_unique<OnCancelled>(machine, task, node);
        case Kind::guard:
            return std::make_unique<Guard>(machine, task, node);
        case Kind::finally:
            return std::make_unique<Finally>(machine, task, node);
        case Kind::join:
            return std::make_unique<Join>(machine, task, node);
        case Kind::lock:
        case Kind::semaphore:
        case Kind::put:
        case Kind::get:
            return make_sync_frame(machine, task, node);
        case Kind::gather:
            return make_gather_frame(machine, task, node);
        case Kind::timeout:
        case Kind::reschedule:
        case Kind::group:
        case Kind::shield:
        case Kind::wait_for:
        case Kind::spawn:
            return make_scope_frame(machine, task, node);
        default:
            return std::make_unique<Act>(machine, task, node);
    }
}

}  // namespace model
