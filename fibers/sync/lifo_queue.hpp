// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "fibers/sync/basic_queue.hpp"

namespace fibers {
namespace detail {

// The items of a LifoQueue.
template <class T>
class LifoItems {
public:
    void push(T&& item) { items_.push_back(std::move(item)); }
    T pop() {
        T item = std::move(items_.back());
        items_.pop_back();
        return item;
    }
    void clear() noexcept { items_.clear(); }

private:
    std::vector<T> items_;
};

}  // namespace detail

// A Queue of which the item that was put last is got first. Fibers still come in the order they asked. For
// the thread of one loop only: in another one, while somebody waits, it throws RuntimeError. Nobody may wait
// when it dies. Source: asyncio.LifoQueue.
template <class T>
class LifoQueue : public BasicQueue<T, detail::LifoItems<T>> {
public:
    explicit LifoQueue(std::size_t max_size = 0) : BasicQueue<T, detail::LifoItems<T>>(max_size, {}) {}
};

}  // namespace fibers
