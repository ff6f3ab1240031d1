// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio's loop, futures and tasks as explicit states: no stacks, no threads, no fibers. A task is a pile of
// frames, and a frame is resumed with what it waited for. Written from the rules (asyncio 3.13), not from the
// library.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/tree.hpp"

namespace model {

// How something ended; `pending`: it has not.
struct Result {
    enum How { pending, value, error, cancelled };
    How how = pending;
    std::string text = {};  // of a value or an error
};
inline Result value_of(std::string text) {
    return {Result::value, std::move(text)};
}
inline Result error_of(std::string text) {
    return {Result::error, std::move(text)};
}
inline const Result cancelled_result{Result::cancelled};

// Ready calls first in, first out; timers by time, then by age. One turn runs the calls that are ready when
// it begins. Time jumps when nothing is ready.
class Loop {
public:
    struct Handle {
        std::function<void()> call;
        bool cancelled = false;
    };
    using HandleRef = std::shared_ptr<Handle>;

    int time() const noexcept { return time_; }
    HandleRef call_soon(std::function<void()> call);
    HandleRef call_at(int when, std::function<void()> call);
    // Until nothing is left to do.
    void run();

private:
    int time_ = 0;
    std::uint64_t next_ = 0;
    std::deque<HandleRef> ready_;
    std::map<std::pair<int, std::uint64_t>, HandleRef> timers_;
};

// asyncio.Future.
class Future : public std::enable_shared_from_this<Future> {
public:
    explicit Future(Loop& loop) noexcept : loop_(loop) {}
    virtual ~Future() = default;
    Future(const Future&) = delete;
    Future& operator=(const Future&) = delete;

    bool done() const noexcept { return result_.how != Result::pending; }
    bool cancelled() const noexcept { return result_.how == Result::cancelled; }
    const Result& result() const noexcept { return result_; }
    virtual bool cancel();
    void finish(Result result);
    // Through the loop, always.
    void add_done_callback(std::function<void()> callback);

protected:
    Loop& loop() const noexcept { return loop_; }

private:
    Loop& loop_;
    Result result_;
    std::vector<std::function<void()>> callbacks_;
};
using FutureRef = std::shared_ptr<Future>;

// What a frame wants next.
struct Action {
    enum What { finish, call, await, yield };
    What what;
    Result result = {};          // finish: with that
    const Node* node = nullptr;  // call: this node, in a frame above
    FutureRef future = nullptr;  // await
};
inline Action finish_with(Result result) {
    return {Action::finish, std::move(result)};
}
inline Action call_node(const Node& node) {
    return {Action::call, {}, &node};
}
inline Action await_future(FutureRef future) {
    return {Action::await, {}, nullptr, std::move(future)};
}

class Machine;
class Task;

// What a node has run of itself. resume() gets how the node or the future it wanted has ended.
class Frame {
public:
    Frame(Machine& machine, Task& task, const Node& node) noexcept
        : machine_(machine), task_(task), node_(node) {}
    virtual ~Frame() = default;
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    virtual Action resume(const Result& in) = 0;
    const Node& node() const noexcept { return node_; }

protected:
    Machine& machine() const noexcept { return machine_; }
    Task& task() const noexcept { return task_; }
    const Node& child(std::size_t i) const { return node_.children.at(i); }
    std::size_t children() const noexcept { return node_.children.size(); }

private:
    Machine& machine_;
    Task& task_;
    const Node& node_;
};

// asyncio.TaskGroup, and Timeout: what a node can refer to without naming it.
struct Group;
struct Deadline;
struct Scope {
    std::shared_ptr<Deadline> timeout = nullptr;
    std::shared_ptr<Group> group = nullptr;
};

// asyncio.Task.
class Task final : public Future {
public:
    Task(Machine& machine, const Node& root, Scope scope) noexcept;
    void start();

    bool cancel() override;
    int cancelling() const noexcept { return requests_; }
    int uncancel() noexcept;
    // Ours: while they are held, cancellations stay pending, as in fibers::shielded().
    void hold_cancellations(bool hold) noexcept { held_ = hold; }
    // Of the frame that runs now.
    Scope& scope() noexcept { return scope_; }

private:
    void step(Result in);
    void end(Result how);

    Machine& machine_;
    const Node& root_;
    Scope scope_;
    std::vector<std::unique_ptr<Frame>> frames_;
    FutureRef waiting_for_;
    bool must_cancel_ = false;
    bool held_ = false;
    bool begun_ = false;
    int requests_ = 0;
};
using TaskRef = std::shared_ptr<Task>;

// asyncio.Lock, Semaphore and Queue: values, and who waits for them.
struct Waiters {
    std::deque<FutureRef> waiting;
    // The first that is not done; false if there is none.
    bool wake_next();
};
struct Lock : Waiters {
    bool locked = false;
    // asyncio wakes nobody while the first is being cancelled: that one then wakes the next when it has run.
    // Ours goes to the next at once.
    void wake_first(Dialect dialect);
};
struct Semaphore : Waiters {
    int value = 0;
    bool locked() const;
    bool wake();
    void release();
};
struct Queue {
    std::size_t size = 0;  // 0: any number
    std::deque<int> items;
    Waiters getters;
    Waiters putters;
    bool full() const noexcept { return size != 0 && items.size() >= size; }
};

// One program on one loop.
class Machine {
public:
    explicit Machine(Dialect dialect);
    Dialect dialect() const noexcept { return dialect_; }
    Trace run(const Program& program);

    Loop& loop() noexcept { return loop_; }
    void say(int id, const std::string& what);
    FutureRef future() { return std::make_shared<Future>(loop_); }
    // Makes a task; `known`: by the number of its root, from now on.
    TaskRef start(const Node& root, Scope scope = {}, bool known = true);
    void know(int id, TaskRef task) { tasks_[id] = std::move(task); }
    // The task of that root, or null.
    TaskRef find(int id) const;

    Lock& lock(int i) { return locks_.at(static_cast<std::size_t>(i)); }
    Semaphore& semaphore(int i) { return semaphores_.at(static_cast<std::size_t>(i)); }
    Queue& queue(int i) { return queues_.at(static_cast<std::size_t>(i)); }

private:
    void look_after(int round);

    Dialect dialect_;
    Loop loop_;
    Trace trace_;
    std::map<int, TaskRef> tasks_;
    std::vector<Lock> locks_;
    std::vector<Semaphore> semaphores_;
    std::vector<Queue> queues_;
};

// The frame of a node, by its kind.
std::unique_ptr<Frame> make_frame(Machine& machine, Task& task, const Node& node);
std::unique_ptr<Frame> make_scope_frame(Machine& machine, Task& task, const Node& node);
std::unique_ptr<Frame> make_sync_frame(Machine& machine, Task& task, const Node& node);
std::unique_ptr<Frame> make_gather_frame(Machine& machine, Task& task, const Node& node);

// What these rules make of a program.
Trace run_by_rules(const Program& program, Dialect dialect);

}  // namespace model
