// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "fibers/sync/basic_queue.hpp"

namespace fibers {
namespace detail {

// The items of a Queue.
template <class T>
class FifoItems {
public:
    void push(T&& item) { items_.push_back(std::move(item)); }
    T pop() {
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }
    void clear() noexcept { items_.clear(); }

private:
    std::deque<T> items_;
};

}  // namespace detail

// Items on their way from fibers to fibers of one loop, first in, first out; full at max_size items, or never
// if that is 0. For the thread of one loop only: in another one, while somebody waits, it throws
// RuntimeError. Nobody may wait when it dies. Source: asyncio.Queue.
template <class T>
class Queue : public BasicQueue<T, detail::FifoItems<T>> {
public:
    explicit Queue(std::size_t max_size = 0) : BasicQueue<T, detail::FifoItems<T>>(max_size, {}) {}
};

}  // namespace fibers
