// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "fibers/sync/queue_base.hpp"

namespace fibers {

// Items on their way from fibers to fibers of one loop, first in, first out; full at max_size items, or never
// if that is 0. For the loop's thread only. Nobody may wait when it dies. Source: asyncio.Queue.
template <class T>
class Queue : public QueueBase {
public:
    explicit Queue(std::size_t max_size = 0) noexcept : QueueBase(max_size) {}

    // Appends an item. Suspends while the queue is full; notices cancellation. Throws QueueShutDown,
    // CancelledError, RuntimeError if it would have to wait outside a fiber.
    void put(T item) {
        wait_for_room();
        append(std::move(item));
    }
    // Appends an item if there is room. Never suspends. Throws QueueFull, QueueShutDown.
    void put_nowait(T item) {
        check_room();
        append(std::move(item));
    }
    // Takes the oldest item. Suspends while there is none; notices cancellation. Throws QueueShutDown (once
    // the queue is empty), CancelledError, RuntimeError if it would have to wait outside a fiber.
    T get() {
        wait_for_item();
        return take();
    }
    // Takes the oldest item if there is one. Never suspends. Throws QueueEmpty, QueueShutDown.
    T get_nowait() {
        check_item();
        return take();
    }

private:
    void append(T&& item) {
        items_.push_back(std::move(item));
        item_added();
    }
    T take() {
        T item = std::move(items_.front());
        items_.pop_front();
        item_taken();
        return item;
    }
    void drop_items() noexcept override { items_.clear(); }

    std::deque<T> items_;
};

}  // namespace fibers
