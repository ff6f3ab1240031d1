// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "fibers/sync/queue_base.hpp"

namespace fibers {

// What Queue, LifoQueue and PriorityQueue are: items on their way from fibers to fibers of one loop; full at
// max_size items, or never if that is 0. `Items` holds them and says which is next: push(T&&) and T pop(),
// which change nothing if they throw, and clear(). For the thread of one loop only: in another one, while
// somebody waits, it throws RuntimeError. Nobody may wait when it dies. Source: asyncio.Queue.
template <class T, class Items>
class BasicQueue : public QueueBase {
public:
    // Adds an item. Suspends while the queue is full; notices cancellation. Throws QueueShutDown,
    // CancelledError, RuntimeError if it would have to wait outside a fiber.
    void put(T item) {
        wait_for_room();
        add(std::move(item));
    }
    // Adds an item if there is room. Never suspends. Throws QueueFull, QueueShutDown.
    void put_nowait(T item) {
        check_room();
        add(std::move(item));
    }
    // Takes the next item. Suspends while there is none; notices cancellation. Throws QueueShutDown (once the
    // queue is empty), CancelledError, RuntimeError if it would have to wait outside a fiber.
    T get() {
        wait_for_item();
        return take();
    }
    // Takes the next item if there is one. Never suspends. Throws QueueEmpty, QueueShutDown.
    T get_nowait() {
        check_item();
        return take();
    }

protected:
    BasicQueue(std::size_t max_size, Items items) : QueueBase(max_size), items_(std::move(items)) {}
    ~BasicQueue() = default;

private:
    void add(T&& item) {
        items_.push(std::move(item));
        item_added();
    }
    T take() {
        T item = items_.pop();
        item_taken();
        return item;
    }
    void drop_items() noexcept override { items_.clear(); }

    Items items_;
};

}  // namespace fibers
