// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The record of one fiber. It stands at the top of the fiber's stack with the callable beside it: one page a
// parked fiber, no malloc to make one.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "fibers/kernel/context.hpp"
#include "fibers/kernel/stack.hpp"
#include "fibers/source_location.hpp"

namespace fibers::kernel {

class Scheduler;
class Wait;

// Something in the ready queue: a fiber, or a callback that the loop runs on its own stack.
struct Runnable {
    explicit constexpr Runnable(void (*callback)(Runnable&) noexcept, bool if_closing = false) noexcept
        : run(callback), run_if_closing(if_closing) {}
    Runnable* next = nullptr;         // in the queue
    void (*run)(Runnable&) noexcept;  // the callback; null for a fiber
    // Whether it is also called when the loop closes before its turn: then there is no scheduler on the
    // thread, and it must only let go of what it holds.
    bool run_if_closing;
};

// Why park() returned.
enum class Wake : std::uint8_t {
    ready,        // what it waited for happened (for descriptors: may have; try again)
    timed_out,    // the deadline passed first
    cancelled,    // a cancellation was delivered to this wait
    interrupted,  // a signal handler without SA_RESTART ran: the EINTR of a system call
};

// What a fiber is doing.
enum class FiberState : std::uint8_t {
    ready,     // in the ready queue
    running,   // on the processor
    parked,    // left through park(), not yet made ready again
    finished,  // its function has returned; the record dies with the next switch
};

// What a floor above keeps for one fiber, such as the result of its last gethostbyname().
class FiberPart {
public:
    FiberPart() = default;
    virtual ~FiberPart() = default;
    FiberPart(const FiberPart&) = delete;
    FiberPart& operator=(const FiberPart&) = delete;

private:
    friend class FiberParts;
    const void* type_ = nullptr;  // an address that stands for its class
    FiberPart* next_ = nullptr;   // of the same fiber
};

// A fiber's parts: few, one of each class.
class FiberParts {
public:
    // The one of this class, made when first asked for. Throws what making it throws.
    template <class Part>
    Part& get() {
        if (Part* const known = find<Part>()) return *known;
        FiberPart* const part = new Part;
        part->type_ = &type_of<Part>;
        part->next_ = first_;
        first_ = part;
        return static_cast<Part&>(*part);
    }
    // The same if it was ever asked for, else null.
    template <class Part>
    Part* find() const noexcept {
        for (FiberPart* part = first_; part; part = part->next_) {
            if (part->type_ == &type_of<Part>) return static_cast<Part*>(part);
        }
        return nullptr;
    }
    // Called when the fiber ends, while it still runs. They must not suspend.
    void clear() noexcept {
        while (FiberPart* const part = first_) {
            first_ = part->next_;
            delete part;
        }
    }

private:
    template <class Part>
    static constexpr char type_of = 0;  // its address stands for the class

    FiberPart* first_ = nullptr;
};

// What a fiber hands on to those it creates, for a floor above: its context variables. Counted by who has it,
// on any thread.
class Inherited {
public:
    Inherited() = default;
    Inherited(const Inherited&) = delete;
    Inherited& operator=(const Inherited&) = delete;
    void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

protected:
    virtual ~Inherited() = default;

private:
    std::atomic<std::uint32_t> references_{1};
};

// A counted pointer to that, or null.
class InheritedRef {
public:
    constexpr InheritedRef() = default;
    // Takes over the count that a new one has.
    explicit InheritedRef(Inherited* made) noexcept : it_(made) {}
    InheritedRef(const InheritedRef& other) noexcept : it_(other.it_) {
        if (it_) it_->retain();
    }
    InheritedRef(InheritedRef&& other) noexcept : it_(std::exchange(other.it_, nullptr)) {}
    InheritedRef& operator=(InheritedRef other) noexcept {
        std::swap(it_, other.it_);
        return *this;
    }
    ~InheritedRef() { reset(); }
    void reset() noexcept {
        if (Inherited* const old = std::exchange(it_, nullptr)) old->release();
    }
    explicit operator bool() const noexcept { return it_ != nullptr; }
    Inherited* get() const noexcept { return it_; }

private:
    Inherited* it_ = nullptr;
};

// One fiber. Belongs to the scheduler that made it, for life. What a switch touches comes first, in one cache
// line.
struct alignas(64) Fiber : Runnable {
    Fiber(Scheduler& owner, Stack& its_stack, std::uint64_t number, const SourceLocation& where) noexcept
        : Runnable(nullptr), scheduler(owner), stack(its_stack), id(number), created_at(where) {}

    FiberState state = FiberState::ready;  // what it is doing
    Wake wake = Wake::ready;               // what the last wait ended with
    bool cancel_pending = false;           // a cancellation waits for the next place that takes it
    bool cancel_answered = false;   // a C call was told ECANCELED, CancelledError has not been thrown yet
    std::uint32_t budget = 0;       // immediate successes since it last gave way
    std::uint16_t shields = 0;      // depth of shielded(): cancellations stay pending
    std::uint16_t passthrough = 0;  // depth of netpatch::Passthrough
    Scheduler& scheduler;           // of the thread it lives on
    Wait* wait = nullptr;           // what it waits for, while parked
    Context context;                // its registers while it does not run
    Stack& stack;                   // what it runs on
    std::uint64_t id;               // counted per process, from 1
    SourceLocation created_at;      // the user's file and line
    const char* name = nullptr;     // given by the user; null: "Task-<id>"
    void* task = nullptr;           // the task floor's state of it; null for the library's own fibers
    Fiber* previous = nullptr;      // in the scheduler's list of all its fibers
    Fiber* following = nullptr;     // ditto
    FiberParts parts;               // what floors above keep for it
    InheritedRef inherited;         // what it hands on to those it creates; null: nothing
    std::string cancel_message;     // of the pending or answered cancellation

    // "Task-7" or the name it was given.
    std::string label() const;
};

}  // namespace fibers::kernel
