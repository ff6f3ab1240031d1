// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/queue.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

TEST_CASE("queue: items come out in the order they went in, a bound makes the producer wait") {
    test::KernelRun loop;
    fibers::Queue<std::unique_ptr<int>> queue(2);
    std::vector<std::string> log;
    loop.spawn([&] {
        for (int i = 0; i < 4; ++i) {
            queue.put(std::make_unique<int>(i));
            log.push_back("put " + std::to_string(i));
        }
    });
    loop.spawn([&] {
        for (int i = 0; i < 4; ++i) log.push_back("got " + std::to_string(*queue.get()));
    });
    loop.run();
    CHECK(log ==
          std::vector<std::string>{"put 0", "put 1", "got 0", "got 1", "put 2", "put 3", "got 2", "got 3"});
}

TEST_CASE("queue: the _nowait calls throw QueueEmpty and QueueFull, inside and outside fibers") {
    fibers::Queue<int> queue(1);
    CHECK_THROWS_AS(queue.get_nowait(), fibers::QueueEmpty);
    queue.put_nowait(1);
    CHECK(queue.full());
    CHECK_THROWS_AS(queue.put_nowait(2), fibers::QueueFull);
    CHECK(queue.get_nowait() == 1);
    CHECK(queue.empty());
    CHECK_THROWS_AS(queue.get(), fibers::RuntimeError);
}

TEST_CASE("g31: after shutdown() the items left can be got, then QueueShutDown, put throws at once") {
    test::KernelRun loop;
    fibers::Queue<int> queue;
    loop.spawn([&] {
        queue.put(1);
        queue.put(2);
        queue.shutdown();
        CHECK_THROWS_AS(queue.put(3), fibers::QueueShutDown);
        CHECK(queue.get() == 1);
        CHECK(queue.get() == 2);
        CHECK_THROWS_AS(queue.get(), fibers::QueueShutDown);
        CHECK_THROWS_AS(queue.get_nowait(), fibers::QueueShutDown);
    });
    loop.run();
}

TEST_CASE("queue: shutdown wakes everybody who waits, immediate drops the items and unblocks join()") {
    test::KernelRun loop;
    fibers::Queue<int> queue(1);
    fibers::Queue<int> dropped;
    int ended = 0;
    bool joined = false;
    loop.spawn([&] {
        queue.put(1);
        try {
            queue.put(2);
        } catch (const fibers::QueueShutDown&) {
            ++ended;
        }
    });
    loop.spawn([&] {
        dropped.put(7);
        dropped.join();
        joined = true;
    });
    loop.spawn([&] {
        fibers::yield();
        queue.shutdown();
        dropped.shutdown(true);
        CHECK(dropped.empty());
    });
    loop.run();
    CHECK(ended == 1);
    CHECK(joined);
}

TEST_CASE("g32: a getter that is woken and then cancelled leaves the item to the next getter") {
    test::KernelRun loop;
    fibers::Queue<std::string> queue;
    std::string got;
    Fiber& first = loop.spawn([&] { CHECK_THROWS_AS(queue.get(), fibers::CancelledError); });
    loop.spawn([&] { got = queue.get(); });
    loop.spawn([&] {
        queue.put_nowait("item");
        request_cancel(first, "");
    });
    loop.run();
    CHECK(got == "item");
}

TEST_CASE("queue: a putter that is woken and then cancelled leaves the room to the next putter") {
    test::KernelRun loop;
    fibers::Queue<int> queue(1);
    queue.put_nowait(0);
    Fiber& first = loop.spawn([&] { CHECK_THROWS_AS(queue.put(1), fibers::CancelledError); });
    loop.spawn([&] { queue.put(2); });
    loop.spawn([&] {
        CHECK(queue.get_nowait() == 0);
        request_cancel(first, "");
    });
    loop.run();
    CHECK(queue.get_nowait() == 2);
}

TEST_CASE(
    "queue: join() returns when task_done() has been called for every item, and once too often throws") {
    test::KernelRun loop;
    fibers::Queue<int> queue;
    std::vector<std::string> log;
    loop.spawn([&] {
        queue.join();  // nothing unfinished: at once
        queue.put(1);
        queue.put(2);
        queue.join();
        log.push_back("joined");
    });
    loop.spawn([&] {
        for (int i = 0; i < 2; ++i) {
            queue.get();
            fibers::yield();
            log.push_back("done");
            queue.task_done();
        }
        CHECK_THROWS_WITH(queue.task_done(), "task_done() called too many times");
    });
    loop.run();
    CHECK(log == std::vector<std::string>{"done", "done", "joined"});
}
