// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// LifoQueue and PriorityQueue, and what all three kinds of queues promise.
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/lifo_queue.hpp"
#include "fibers/sync/priority_queue.hpp"
#include "fibers/sync/queue.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/kernel_run.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::LifoQueue;
using fibers::PriorityQueue;
using fibers::Queue;
using fibers::QueueShutDown;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

namespace {

// Takes all items there are.
template <class AnyQueue>
auto drain(AnyQueue& queue) {
    std::vector<decltype(queue.get())> items;
    while (!queue.empty()) items.push_back(queue.get_nowait());
    return items;
}

}  // namespace

TEST_CASE("lifo queue: the item put last is got first") {
    LifoQueue<int> queue;
    for (const int item : {1, 3, 2}) queue.put_nowait(item);
    CHECK(queue.get_nowait() == 2);
    queue.put_nowait(4);
    CHECK(drain(queue) == std::vector{4, 3, 1});
}

TEST_CASE("priority queue: the least item is got first, however they were put") {
    PriorityQueue<int> queue;
    for (const int item : {5, 1, 4, 1, 3}) queue.put_nowait(item);
    CHECK(queue.get_nowait() == 1);
    queue.put_nowait(2);
    CHECK(drain(queue) == std::vector{1, 2, 3, 4, 5});
}

TEST_CASE("priority queue: pairs go by their first, and any other order can be given") {
    PriorityQueue<std::pair<int, std::string>> pairs;
    pairs.put_nowait({2, "b"});
    pairs.put_nowait({1, "z"});
    pairs.put_nowait({2, "a"});
    CHECK(pairs.get_nowait().second == "z");
    CHECK(pairs.get_nowait().second == "a");
    PriorityQueue<int, std::greater<>> greatest;
    for (const int item : {1, 3, 2}) greatest.put_nowait(item);
    CHECK(drain(greatest) == std::vector{3, 2, 1});
    const auto shorter = [](const std::string& a, const std::string& b) { return a.size() < b.size(); };
    PriorityQueue<std::string, decltype(shorter)> shortest(0, shorter);
    for (const char* item : {"three", "a", "to"}) shortest.put_nowait(item);
    CHECK(drain(shortest) == std::vector<std::string>{"a", "to", "three"});
}

TEST_CASE("lifo and priority queue: items that can only be moved") {
    LifoQueue<std::unique_ptr<int>> lifo;
    const auto less = [](const std::unique_ptr<int>& a, const std::unique_ptr<int>& b) { return *a < *b; };
    PriorityQueue<std::unique_ptr<int>, decltype(less)> priority(0, less);
    for (const int item : {2, 3, 1}) {
        lifo.put_nowait(std::make_unique<int>(item));
        priority.put_nowait(std::make_unique<int>(item));
    }
    CHECK(*lifo.get_nowait() == 1);
    for (const int item : {1, 2, 3}) CHECK(*priority.get_nowait() == item);
}

TEMPLATE_TEST_CASE("queues of all kinds: a bound makes the producer wait, and nobody gets what was not put",
                   "", Queue<int>, LifoQueue<int>, PriorityQueue<int>) {
    test::KernelRun loop;
    TestType queue(2);
    CHECK(queue.max_size() == 2);
    int sum = 0;
    loop.spawn([&] {
        for (int i = 1; i <= 9; ++i) {
            queue.put(i);
            CHECK(queue.size() <= 2);
            if (queue.full()) CHECK_THROWS_AS(queue.put_nowait(0), fibers::QueueFull);
        }
    });
    loop.spawn([&] {
        for (int i = 1; i <= 9; ++i) sum += queue.get();
        CHECK_THROWS_AS(queue.get_nowait(), fibers::QueueEmpty);
    });
    loop.run();
    CHECK(sum == 45);
}

TEMPLATE_TEST_CASE("queues of all kinds: getters are served in the order they asked", "", Queue<int>,
                   LifoQueue<int>, PriorityQueue<int>) {
    test::KernelRun loop;
    TestType queue;
    std::vector<std::pair<int, int>> got;
    for (int i = 0; i < 3; ++i) loop.spawn([&, i] { got.emplace_back(i, queue.get()); });
    loop.spawn([&] {
        for (const int item : {7, 8, 9}) {
            queue.put(item);
            fibers::yield();
        }
    });
    loop.run();
    CHECK(got == std::vector<std::pair<int, int>>{{0, 7}, {1, 8}, {2, 9}});
}

TEMPLATE_TEST_CASE(
    "queues of all kinds: who is woken and then cancelled leaves the item, or the room, to the next", "",
    Queue<int>, LifoQueue<int>, PriorityQueue<int>) {
    test::KernelRun loop;
    TestType items;
    TestType room(1);
    room.put_nowait(0);
    int got = 0;
    Fiber& getter = loop.spawn([&] { CHECK_THROWS_AS(items.get(), CancelledError); });
    loop.spawn([&] { got = items.get(); });
    Fiber& putter = loop.spawn([&] { CHECK_THROWS_AS(room.put(1), CancelledError); });
    loop.spawn([&] { room.put(2); });
    loop.spawn([&] {
        items.put_nowait(5);
        request_cancel(getter, "");
        CHECK(room.get_nowait() == 0);
        request_cancel(putter, "");
    });
    loop.run();
    CHECK(got == 5);
    CHECK(drain(room) == std::vector{2});
}

TEMPLATE_TEST_CASE(
    "queues of all kinds: join() waits for a task_done() for each item, and no more than those", "",
    Queue<int>, LifoQueue<int>, PriorityQueue<int>) {
    test::KernelRun loop;
    TestType queue;
    bool joined = false;
    for (int i = 0; i < 3; ++i) queue.put_nowait(i);
    loop.spawn([&] {
        queue.join();
        joined = true;
    });
    loop.spawn([&] {
        for (int i = 0; i < 3; ++i) {
            queue.get();
            fibers::yield();
            CHECK_FALSE(joined);
            queue.task_done();
        }
        CHECK_THROWS_WITH(queue.task_done(), "task_done() called too many times");
    });
    loop.run();
    CHECK(joined);
}

TEMPLATE_TEST_CASE(
    "queues of all kinds: after shutdown() what is left can be got, then QueueShutDown, at once if immediate",
    "", Queue<int>, LifoQueue<int>, PriorityQueue<int>) {
    test::KernelRun loop;
    TestType queue(2);
    TestType dropped;
    bool joined = false;
    queue.put_nowait(1);
    queue.put_nowait(1);
    dropped.put_nowait(3);
    loop.spawn([&] { CHECK_THROWS_AS(queue.put(2), QueueShutDown); });
    loop.spawn([&] {
        dropped.join();
        joined = true;
    });
    loop.spawn([&] {
        queue.shutdown();
        CHECK_THROWS_AS(queue.put_nowait(2), QueueShutDown);
        CHECK(drain(queue) == std::vector{1, 1});
        CHECK_THROWS_AS(queue.get(), QueueShutDown);
        CHECK_THROWS_AS(queue.get_nowait(), QueueShutDown);
        dropped.shutdown(true);
        CHECK(dropped.empty());
        CHECK_THROWS_AS(dropped.get(), QueueShutDown);
    });
    loop.run();
    CHECK(joined);
}

TEMPLATE_TEST_CASE("queues of all kinds: a get() in a timeout() takes nothing once the time is over", "",
                   Queue<int>, LifoQueue<int>, PriorityQueue<int>) {
    test::virtual_run([] {
        TestType queue;
        CHECK_THROWS_AS(fibers::timeout(1s, [&] { queue.get(); }), fibers::TimeoutError);
        queue.put(1);
        CHECK(queue.size() == 1);
        CHECK(queue.get() == 1);
    });
}
