// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The record of one fiber. It stands at the top of the fiber's stack with the callable beside it: one page a
// parked fiber, no malloc to make one.
#pragma once

#include <cstdint>
#include <string>

#include "fibers/kernel/context.hpp"
#include "fibers/kernel/stack.hpp"
#include "fibers/source_location.hpp"

namespace fibers::kernel {

class Scheduler;
class Wait;

// Something in the ready queue: a fiber, or a callback that the loop runs on its own stack.
struct Runnable {
    explicit constexpr Runnable(void (*callback)(Runnable&) noexcept) noexcept : run(callback) {}
    Runnable* next = nullptr;         // in the queue
    void (*run)(Runnable&) noexcept;  // the callback; null for a fiber
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
        static const char type = 0;
        for (FiberPart* part = first_; part; part = part->next_) {
            if (part->type_ == &type) return static_cast<Part&>(*part);
        }
        FiberPart* const part = new Part;
        part->type_ = &type;
        part->next_ = first_;
        first_ = part;
        return static_cast<Part&>(*part);
    }
    // Called when the fiber ends, while it still runs. They must not suspend.
    void clear() noexcept {
        while (FiberPart* const part = first_) {
            first_ = part->next_;
            delete part;
        }
    }

private:
    FiberPart* first_ = nullptr;
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
    std::string cancel_message;     // of the pending or answered cancellation

    // "Task-7" or the name it was given.
    std::string label() const;
};

}  // namespace fibers::kernel
