// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// asyncio's Lock, Semaphore and Queue, with what they do for who was woken and then cancelled.
#include <algorithm>
#include <memory>
#include <utility>

#include "tests/model/machine.hpp"

namespace model {
namespace {

class LockFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        Lock& lock = machine().lock(node().number);
        switch (at_++) {
            case 0:
                if (lock.locked || !std::all_of(lock.waiting.begin(), lock.waiting.end(),
                                                [](const FutureRef& each) { return each->cancelled(); })) {
                    waiter_ = machine().future();
                    lock.waiting.push_back(waiter_);
                    return await_future(waiter_);
                }
                return taken(lock);
            case 1:
                std::erase(lock.waiting, waiter_);
                if (in.how == Result::value) return taken(lock);
                if (!lock.locked) lock.wake_first(machine().dialect());
                return finish_with(in);
            default:
                lock.locked = false;
                lock.wake_first(machine().dialect());
                return finish_with(in);
        }
    }

private:
    Action taken(Lock& lock) {
        lock.locked = true;
        at_ = 2;
        return call_node(child(0));
    }
    int at_ = 0;
    FutureRef waiter_;
};

class SemaphoreFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        Semaphore& semaphore = machine().semaphore(node().number);
        switch (at_++) {
            case 0:
                if (!semaphore.locked()) {
                    --semaphore.value;
                    break;
                }
                waiter_ = machine().future();
                semaphore.waiting.push_back(waiter_);
                return await_future(waiter_);
            case 1: {
                std::erase(semaphore.waiting, waiter_);
                const bool cancelled = in.how != Result::value;
                if (cancelled && waiter_->done() && !waiter_->cancelled()) ++semaphore.value;
                while (semaphore.value > 0 && semaphore.wake()) {
                }
                if (cancelled) return finish_with(in);
                break;
            }
            default:
                semaphore.release();
                return finish_with(in);
        }
        at_ = 2;
        return call_node(child(0));
    }

private:
    int at_ = 0;
    FutureRef waiter_;
};

// put() and get(): the same but for what they wait for.
class QueueFrame final : public Frame {
public:
    using Frame::Frame;
    Action resume(const Result& in) override {
        Queue& queue = machine().queue(node().number);
        Waiters& mine = putting() ? queue.putters : queue.getters;
        if (waiter_ && in.how != Result::value) {
            waiter_->cancel();
            std::erase(mine.waiting, waiter_);
            if (!must_wait(queue) && !waiter_->cancelled()) mine.wake_next();
            return finish_with(in);
        }
        if (must_wait(queue)) {
            waiter_ = machine().future();
            mine.waiting.push_back(waiter_);
            return await_future(waiter_);
        }
        if (putting()) {
            queue.items.push_back(node().id);
            queue.getters.wake_next();
            return finish_with(value_of("put"));
        }
        const int item = queue.items.front();
        queue.items.pop_front();
        queue.putters.wake_next();
        return finish_with(value_of("got " + std::to_string(item)));
    }

private:
    bool putting() const noexcept { return node().kind == Kind::put; }
    bool must_wait(const Queue& queue) const noexcept {
        return putting() ? queue.full() : queue.items.empty();
    }
    FutureRef waiter_;
};

}  // namespace

bool Waiters::wake_next() {
    while (!waiting.empty()) {
        const FutureRef next = waiting.front();
        waiting.pop_front();
        if (next->done()) continue;
        next->finish(value_of({}));
        return true;
    }
    return false;
}

void Lock::wake_first(Dialect dialect) {
    for (const FutureRef& each : waiting) {
        if (dialect == Dialect::ours && each->cancelled()) continue;
        if (!each->done()) each->finish(value_of({}));
        return;
    }
}

bool Semaphore::locked() const {
    return value == 0 || std::any_of(waiting.begin(), waiting.end(),
                                     [](const FutureRef& each) { return !each->cancelled(); });
}

// Unlike a Queue's, those that were woken stay until they have run.
bool Semaphore::wake() {
    for (const FutureRef& each : waiting) {
        if (each->done()) continue;
        --value;
        each->finish(value_of({}));
        return true;
    }
    return false;
}

void Semaphore::release() {
    ++value;
    wake();
}

std::unique_ptr<Frame> make_sync_frame(Machine& machine, Task& task, const Node& node) {
    switch (node.kind) {
        case Kind::lock:
            return std::make_unique<LockFrame>(machine, task, node);
        case Kind::semaphore:
            return std::make_unique<SemaphoreFrame>(machine, task, node);
        default:
            return std::make_unique<QueueFrame>(machine, task, node);
    }
}

}  // namespace model
