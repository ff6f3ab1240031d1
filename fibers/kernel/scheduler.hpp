// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Everything a thread's loop owns: the ready queue, the timers, the poller, the stacks, the list of its
// fibers; and one step of the loop.
//
// A fiber that leaves switches straight to the next ready one; the loop's own context is entered only to run
// callbacks and to poll. One iteration runs what was ready when it began, then polls (at most once in 20 us
// while fibers are ready), so that nobody starves.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fibers/clock.hpp"
#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/poller.hpp"
#include "fibers/kernel/stack.hpp"
#include "fibers/kernel/timer_heap.hpp"
#include "fibers/source_location.hpp"

namespace fibers::kernel {

// The scheduler whose loop runs on this thread, and the fiber running now: both null outside run(), in
// foreign threads and in forked children; the fiber is also null on the loop's own stack (callbacks,
// libevent, c-ares). They are plain thread-locals of the initial-exec model: reading one is a single load.
extern constinit thread_local Scheduler* this_scheduler [[gnu::tls_model("initial-exec")]];
extern constinit thread_local Fiber* this_fiber [[gnu::tls_model("initial-exec")]];

// FIFO of what can run.
class ReadyQueue {
public:
    bool empty() const noexcept { return first_ == nullptr; }
    std::size_t size() const noexcept { return size_; }
    void push_front(Runnable& item) noexcept {
        item.next = first_;
        if (!first_) last_ = &item;
        first_ = &item;
        ++size_;
    }
    void push(Runnable& item) noexcept {
        item.next = nullptr;
        (last_ ? last_->next : first_) = &item;
        last_ = &item;
        ++size_;
    }
    Runnable* front() const noexcept { return first_; }
    Runnable& pop() noexcept {
        Runnable& item = *first_;
        first_ = item.next;
        if (!first_) last_ = nullptr;
        --size_;
        return item;
    }
    // Takes out one that is in it (a cancelled callback). Returns how many stood before it. Linear: rare.
    std::size_t remove(Runnable& item) noexcept;

private:
    Runnable* first_ = nullptr;
    Runnable* last_ = nullptr;
    std::size_t size_ = 0;
};

// When a new fiber first runs.
enum class FirstRun : std::uint8_t {
    in_turn,  // after those that are ready now
    at_once,  // in run_at_once(), which must follow
};

// What a floor above keeps for one loop, such as a channel to name servers.
class LoopPart {
public:
    LoopPart() = default;
    virtual ~LoopPart() = default;
    LoopPart(const LoopPart&) = delete;
    LoopPart& operator=(const LoopPart&) = delete;
};

// Told of each step of a loop, in debug mode. Called on the loop's stack.
class StepObserver {
public:
    StepObserver() = default;
    StepObserver(const StepObserver&) = delete;
    StepObserver& operator=(const StepObserver&) = delete;
    // The loop begins, and ends, to run on this thread.
    virtual void begin_run() noexcept = 0;
    virtual void end_run() noexcept = 0;
    // `item` runs next.
    virtual void before_step(Runnable& item) noexcept = 0;
    // It has run, to its next suspension or its end: it may be gone.
    virtual void after_step() noexcept = 0;

protected:
    ~StepObserver() = default;
};

// The state of one thread's loop.
class Scheduler {
public:
    // `clock`: null for the monotonic clock. Throws ResourceError, RuntimeError as Poller does.
    explicit Scheduler(Clock* clock = nullptr, EventMethod method = EventMethod::any,
                       event_base* base = nullptr);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // The time by the loop's clock.
    TimePoint now() noexcept {
        return clock_ ? clock_->now()
                      : std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    }

    // Makes a fiber that will run body(). body must not throw anything but a forced unwind. Throws
    // ResourceError if there is no stack. Never suspends.
    template <class Body>
    Fiber& spawn(Body&& body, std::size_t stack_size, const SourceLocation& where,
                 FirstRun first_run = FirstRun::in_turn);
    // Runs a new fiber before anything else, until it suspends or ends, then returns: to the running fiber
    // or callback it is like a call. Only on this loop's thread, while the loop runs.
    void run_at_once(Fiber& fresh) noexcept;

    // Runs the loop until done() is true, checked between iterations. on_deadlock() is called when nothing
    // can ever run again; it must make something ready or done() true. Called on the thread's own stack, and
    // on the same thread each time once a fiber has run.
    void run(bool (*done)(void*), void (*on_deadlock)(void*), void* argument);

    // Queues a callback or fiber. Loop's thread only.
    void make_ready(Runnable& item) noexcept { ready_.push(item); }
    // Takes a callback back out of the queue, in which it stands. Loop's thread only.
    void make_unready(Runnable& item) noexcept {
        // One less for this turn, else it would run what is for the next: even, at its end, the fiber that
        // leaves.
        if (ready_.remove(item) < batch_) --batch_;
    }
    // Queues a callback from any thread (signal handlers too) and wakes the loop. Items run in the order they
    // were posted.
    void post(Runnable& item) noexcept;
    // Takes what was posted into the ready queue.
    void take_posted() noexcept;
    // Leaves the running fiber for the next ready one, or for the loop. Only for park(). In line: see
    // switch_context.
    [[gnu::always_inline]] void switch_out(Fiber& self) noexcept {
        switch_context(self.context, take_next());
    }

    // Starts to load what the next two switches will need: with many fibers their records and frames lie in
    // no cache.
    void fetch_ahead() const noexcept {
        const Runnable* const next = ready_.front();
        if (!next || next->run) return;
        __builtin_prefetch(next->next);
        const auto* frames = static_cast<const char*>(static_cast<const Fiber*>(next)->context.where);
        for (int line = 0; line < 12; ++line) __builtin_prefetch(frames + line * 64);
    }
    TimerHeap& timers() noexcept { return timers_; }
    Poller& poller() noexcept { return poller_; }
    StackPool& stacks() noexcept { return stacks_; }
    const ReadyQueue& ready() const noexcept { return ready_; }
    // All living fibers, newest first, linked by Fiber::following.
    Fiber* fibers() const noexcept { return fibers_; }
    std::size_t fiber_count() const noexcept { return fiber_count_; }
    // Tells this scheduler from one that lived at the same address before.
    std::uint64_t serial() const noexcept { return serial_; }
    // Whether the scheduler of that serial was left behind by a fork: none of its fibers will run here.
    static bool left_behind(std::uint64_t serial) noexcept;
    // Work elsewhere that will post() to this loop: while there is any, waiting fibers are not deadlocked.
    void add_external(int change) noexcept { external_ += change; }
    // Whether a floor above wants to see the options of each task before it is made.
    bool adapts_tasks() const noexcept { return adapts_tasks_; }
    void set_adapts_tasks(bool wanted) noexcept { adapts_tasks_ = wanted; }
    // Signals that may post() at any time: then, too, waiting fibers are not deadlocked; but a clock of tests
    // jumps.
    void add_signals(int change) noexcept { signals_ += change; }
    // Lines "  Task-3 waits for … (created at file:line)", one for each parked fiber.
    std::string describe_waiting() const;
    // This loop's only Part, a LoopPart; made by Part(Scheduler&) when first asked for. Dies with the
    // scheduler, while the poller still lives. Throws what making it throws.
    template <class Part>
    Part& part();
    // Empties the ready queue for the end of the loop, outside run(): see Runnable::run_if_closing.
    void drop_ready() noexcept;
    // Who is told of each step; null for nobody. Every step then passes through the loop, which costs time.
    void set_observer(StepObserver* observer) noexcept { observer_ = observer; }
    StepObserver* observer() const noexcept { return observer_; }
    // Called when the thread ends inside the running fiber: from now on this thread has no scheduler.
    void end_thread() noexcept;
    // Called in a forked child, on the forking thread: from now on this thread has no scheduler.
    void abandon_after_fork() noexcept;
    // True in a forked child, for the scheduler it inherited: none of its fibers may run any more.
    bool abandoned() const noexcept { return abandoned_; }

private:
    template <class Body>
    struct Start;
    struct KeyedPart {
        const void* type;                // an address that stands for its class
        std::unique_ptr<LoopPart> part;  // the part itself
    };
    Fiber& make_fiber(std::size_t stack_size, const SourceLocation& where);
    void start(Fiber& fiber, char* top, void (*entry)(void*), void* argument) noexcept;
    [[noreturn]] void finish(Fiber& fiber) noexcept;
    void discard(Fiber& fiber) noexcept;
    // Whom the running fiber is left for: the next fiber of this batch, made the running one, or the loop.
    Context& take_next() noexcept {
        Runnable* const front = ready_.front();
        if (batch_ == 0 || !front || front->run) {
            this_fiber = nullptr;
            return loop_context_;
        }
        --batch_;
        auto& next = static_cast<Fiber&>(ready_.pop());
        next.state = FiberState::running;
        this_fiber = &next;
        return next.context;
    }
    void settle_on_thread() noexcept;
    void run_batch() noexcept;
    void run_item(Runnable& item) noexcept;
    void run_observed(Runnable& item) noexcept;
    void poll(void (*on_deadlock)(void*), void* argument);
    bool polled_just_now() noexcept;
    bool all_waits_are_internal() const noexcept;

    Context loop_context_;
    ReadyQueue ready_;
    std::size_t batch_ = 0;  // items of this iteration still to run
    TimerHeap timers_;
    Clock* clock_;
    const std::uint64_t serial_;
    TimePoint last_poll_{};  // the last time descriptors were looked at while fibers were ready
    bool abandoned_ = false;
    StepObserver* observer_ = nullptr;
    bool adapts_tasks_ = false;
    Fiber* fibers_ = nullptr;
    std::size_t fiber_count_ = 0;
    int external_ = 0;
    int signals_ = 0;
    std::atomic<Runnable*> posted_{nullptr};  // newest first
    std::atomic<int> posters_{0};             // threads inside post(): what they post may end the loop
    StackPool stacks_;
    Poller poller_;
    std::vector<KeyedPart> parts_;  // few; last, because they may still need the rest
};

// A callable on its fiber's stack, below the fiber's record.
template <class Body>
struct Scheduler::Start {
    Fiber& fiber;
    Body body;

    static void entry(void* self) {
        auto& start = *static_cast<Start*>(self);
        Fiber& fiber = start.fiber;
        start.body();
        start.~Start();
        fiber.scheduler.finish(fiber);
    }
};

template <class Body>
Fiber& Scheduler::spawn(Body&& body, std::size_t stack_size, const SourceLocation& where,
                        FirstRun first_run) {
    using Mine = Start<std::decay_t<Body>>;
    Fiber& fiber = make_fiber(stack_size + (sizeof(Mine) > 1024 ? sizeof(Mine) : 0), where);
    char* top = reinterpret_cast<char*>(&fiber) - sizeof(Mine);
    top -= reinterpret_cast<std::uintptr_t>(top) % (alignof(Mine) > 16 ? alignof(Mine) : 16);
    Mine* start_record = nullptr;
    try {
        start_record = ::new (static_cast<void*>(top)) Mine{fiber, std::forward<Body>(body)};
    } catch (...) {
        discard(fiber);
        throw;
    }
    start(fiber, top, &Mine::entry, start_record);
    if (first_run == FirstRun::in_turn) ready_.push(fiber);
    return fiber;
}

template <class Part>
Part& Scheduler::part() {
    static const char type = 0;
    for (const KeyedPart& known : parts_) {
        if (known.type == &type) return static_cast<Part&>(*known.part);
    }
    parts_.push_back(KeyedPart{&type, std::make_unique<Part>(*this)});
    return static_cast<Part&>(*parts_.back().part);
}

}  // namespace fibers::kernel
