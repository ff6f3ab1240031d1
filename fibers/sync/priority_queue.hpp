// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "fibers/sync/basic_queue.hpp"

namespace fibers {
namespace detail {

// The items of a PriorityQueue: a heap with the least on top.
template <class T, class Less>
class PriorityItems {
public:
    explicit PriorityItems(Less less) : less_(std::move(less)) {}
    void push(T&& item) {
        items_.push_back(std::move(item));
        std::push_heap(items_.begin(), items_.end(), std::ref(*this));
    }
    T pop() {
        std::pop_heap(items_.begin(), items_.end(), std::ref(*this));
        T item = std::move(items_.back());
        items_.pop_back();
        return item;
    }
    void clear() noexcept { items_.clear(); }

    // std's heaps have the greatest on top.
    bool operator()(const T& a, const T& b) const { return less_(b, a); }

private:
    std::vector<T> items_;
    Less less_;
};

}  // namespace detail

// A Queue of which the least item is got first, by default as < says; among equals, any. Comparing items must
// not throw, nor moving them. Fibers still come in the order they asked. For the thread of one loop only: in
// another one, while somebody waits, it throws RuntimeError. Nobody may wait when it dies. Source:
// asyncio.PriorityQueue.
template <class T, class Less = std::less<T>>
class PriorityQueue : public BasicQueue<T, detail::PriorityItems<T, Less>> {
public:
    // `less(a, b)`: whether a is to come before b.
    explicit PriorityQueue(std::size_t max_size = 0, Less less = {})
        : BasicQueue<T, detail::PriorityItems<T, Less>>(max_size,
                                                        detail::PriorityItems<T, Less>(std::move(less))) {}
};

}  // namespace fibers
