// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fibers/error.hpp"
#include "fibers/kernel/wait_queue.hpp"

namespace fibers {

// Thrown by put_nowait() of a queue that has no room.
class QueueFull : public RuntimeError {
public:
    QueueFull() : RuntimeError("the queue is full") {}
};

// Thrown by get_nowait() of a queue that has no items.
class QueueEmpty : public RuntimeError {
public:
    QueueEmpty() : RuntimeError("the queue is empty") {}
};

// Thrown by put() and get() of a queue after shutdown(): there will be nothing more.
class QueueShutDown : public RuntimeError {
public:
    QueueShutDown() : RuntimeError("the queue has been shut down") {}
};

// What queues have in common whatever they hold: who waits, how many items there are, how many are
// unfinished.
class QueueBase {
public:
    QueueBase(const QueueBase&) = delete;
    QueueBase& operator=(const QueueBase&) = delete;

    // How many items wait to be taken. Never suspends.
    std::size_t size() const noexcept { return size_; }
    // Whether there are none. Never suspends.
    bool empty() const noexcept { return size_ == 0; }
    // How many there can be; 0: any number. Never suspends.
    std::size_t max_size() const noexcept { return max_size_; }
    // Whether there is no room. Never suspends.
    bool full() const noexcept { return max_size_ != 0 && size_ >= max_size_; }

    // Says that what a get() returned has been dealt with; the last one ends every join(). Never suspends.
    // Throws std::invalid_argument("task_done() called too many times").
    void task_done();
    // Waits until task_done() was called for every item ever put. Suspends unless that is so; notices
    // cancellation. Throws CancelledError, RuntimeError if it would have to wait outside a fiber.
    void join();
    // Ends the queue: from now on put() throws QueueShutDown, and get() too once the queue is empty, or at
    // once if `immediate`, which also drops the items and counts them as dealt with. Wakes all who wait.
    // Never suspends.
    void shutdown(bool immediate = false);

protected:
    explicit QueueBase(std::size_t max_size) noexcept : max_size_(max_size) {}
    ~QueueBase() = default;

    void wait_for_room();
    void check_room() const;
    void item_added() noexcept;
    void wait_for_item();
    void check_item() const;
    void item_taken() noexcept;

private:
    void check_loop() const;
    virtual void drop_items() noexcept = 0;
    void finish(std::size_t count) noexcept;

    const std::size_t max_size_;
    std::size_t size_ = 0;
    std::size_t unfinished_ = 0;
    bool shut_down_ = false;
    kernel::WaitQueue getters_;
    kernel::WaitQueue putters_;
    kernel::WaitQueue joiners_;
};

}  // namespace fibers
