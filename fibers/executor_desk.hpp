// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How the end of what other threads do comes back to a loop.
#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {

// A door that threads may knock at when the loop is gone.
struct LoopDoor {
    std::mutex mutex;              // guards the rest
    kernel::Scheduler* scheduler;  // null: gone
};

// One piece of news on its way to a loop. The loop's desk holds it until it has arrived; the thread that will
// send it holds it, too, but only the loop touches what it does then.
class Crossing : private kernel::Runnable {
public:
    explicit Crossing(std::shared_ptr<LoopDoor> door) noexcept;
    virtual ~Crossing() = default;
    Crossing(const Crossing&) = delete;
    Crossing& operator=(const Crossing&) = delete;

    // Sends it; at most once. Nothing happens if the loop is gone. Any thread.
    void send() noexcept;

protected:
    // On the loop's own stack: it has arrived. Must not wait. Lets go of all that belongs to the loop.
    virtual void arrived() noexcept = 0;
    // On the loop's thread, instead: the loop ends first.
    virtual void lost() noexcept = 0;

private:
    friend class CrossingDesk;
    std::shared_ptr<LoopDoor> door_;
    std::list<std::shared_ptr<Crossing>>::iterator self_;  // its place among the desk's
    bool awaited_ = false;                                 // counts as external work of the loop
};

// A loop's list of the news that it expects. Loop's thread only.
class CrossingDesk final : public kernel::LoopPart {
public:
    explicit CrossingDesk(kernel::Scheduler& scheduler);
    ~CrossingDesk() override;

    const std::shared_ptr<LoopDoor>& door() const noexcept { return door_; }
    // Expects it: until it arrives the loop is not deadlocked. Throws std::bad_alloc.
    void add(const std::shared_ptr<Crossing>& crossing);
    // Nobody waits for it any more, though it will arrive.
    void stop_waiting(Crossing& crossing) noexcept;
    // It will not arrive.
    void remove(Crossing& crossing) noexcept;

private:
    kernel::Scheduler& scheduler_;
    std::shared_ptr<LoopDoor> door_;
    std::list<std::shared_ptr<Crossing>> expected_;
};

}  // namespace fibers::detail
