// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <thread>
#include <vector>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/kernel_run.hpp"

using namespace std::chrono_literals;
using fibers::kernel::Runnable;

TEST_CASE("scheduler: ready fibers run first in, first out, and one that yields goes to the end") {
    test::KernelRun loop;
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            order.push_back(i);
            fibers::yield();
            order.push_back(10 + i);
        });
    }
    loop.run();
    CHECK(order == std::vector{0, 1, 2, 10, 11, 12});
}

TEST_CASE("scheduler: a fiber that always yields starves neither timers nor descriptors nor other threads") {
    test::KernelRun loop;
    int reached = 0;
    loop.spawn([&] {
        while (reached < 1) fibers::yield();
    });
    loop.spawn([&] {
        fibers::sleep(1ms);
        ++reached;
    });
    loop.run();
    CHECK(reached == 1);
}

TEST_CASE("scheduler: what other threads post runs on the loop's stack, in each thread's order") {
    struct Item : Runnable {
        Item(std::vector<int>& list, int n, test::TestWait& w)
            : Runnable(&go), out(&list), number(n), wait(&w) {}
        static void go(Runnable& r) noexcept {
            auto& self = static_cast<Item&>(r);
            CHECK(fibers::kernel::this_fiber == nullptr);
            self.out->push_back(self.number);
            if (self.number == 99) fibers::kernel::unpark(self.wait->fiber());
        }
        std::vector<int>* out;
        int number;
        test::TestWait* wait;
    };
    test::KernelRun loop;
    std::vector<int> order;
    test::TestWait wait;
    std::vector<Item> items;
    for (int i = 0; i < 100; ++i) items.emplace_back(order, i, wait);
    loop.scheduler.add_external(1);
    std::thread other;
    loop.spawn([&] {
        other = std::thread([&] {
            for (Item& item : items) loop.scheduler.post(item);
        });
        fibers::kernel::park(wait);
        loop.scheduler.add_external(-1);
    });
    loop.run();
    other.join();
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("scheduler: post() may be called by a signal handler") {
    static fibers::kernel::Scheduler* target = nullptr;
    static test::TestWait* waited = nullptr;
    static Runnable wake([](Runnable&) noexcept { fibers::kernel::unpark(waited->fiber()); });
    test::KernelRun loop;
    test::TestWait wait;
    target = &loop.scheduler;
    waited = &wait;
    static std::atomic<bool> posted{false};
    const auto old = std::signal(SIGUSR1, [](int) {
        if (!posted.exchange(true)) target->post(wake);
    });
    loop.scheduler.add_external(1);
    bool woken = false;
    std::thread sender;
    loop.spawn([&] {
        // TSan keeps a signal that comes while a fiber runs until that fiber runs again: so send it again.
        sender = std::thread([main = pthread_self()] {
            for (; !posted; ::usleep(1000)) pthread_kill(main, SIGUSR1);
        });
        woken = fibers::kernel::park(wait) == fibers::kernel::Wake::ready;
    });
    loop.run();
    sender.join();
    std::signal(SIGUSR1, old);
    CHECK(woken);
}

TEST_CASE("scheduler: errno is each fiber's own") {
    test::KernelRun loop;
    for (int i = 1; i <= 100; ++i) {
        loop.spawn([i] {
            errno = i;
            for (int turn = 0; turn < 3; ++turn) fibers::yield();
            CHECK(errno == i);
        });
    }
    loop.run();
}

TEST_CASE(
    "scheduler: sleeping fibers wake in the order of their deadlines, equal ones in the order of arming") {
    test::JumpingClock clock;
    test::KernelRun loop(&clock);
    std::vector<int> order;
    const int delays[] = {30, 10, 20, 10};
    for (int i = 0; i < 4; ++i) {
        loop.spawn([&, i] {
            fibers::sleep(std::chrono::seconds(delays[i]));
            order.push_back(i);
        });
    }
    loop.run();
    CHECK(order == std::vector{1, 3, 2, 0});
}

TEST_CASE("scheduler: one stack serves very many fibers, one after the other") {
    test::KernelRun loop;
    int ended = 0;
    loop.spawn([&] {
        for (int i = 0; i < 30000; ++i) {
            loop.spawn([&] { ++ended; });
            fibers::yield();
        }
    });
    loop.run();
    CHECK(ended == 30000);
    CHECK(loop.scheduler.stacks().reserved() < 16u << 20);
}

TEST_CASE("scheduler: a loop may be over as soon as what was posted has run") {
    struct Item : Runnable {
        explicit Item(test::TestWait& w)
            : Runnable([](Runnable& self) noexcept {
                  fibers::kernel::unpark(static_cast<Item&>(self).wait.fiber());
              }),
              wait(w) {}
        test::TestWait& wait;
    };
    for (int i = 0; i < 300; ++i) {
        test::TestWait wait;
        Item item(wait);
        std::thread other;
        {
            test::KernelRun loop;
            loop.spawn([&] {
                other = std::thread([&] { loop.scheduler.post(item); });
                fibers::kernel::park(wait);
            });
            loop.run();
        }  // post() may still have to wake it: the loop waits for that
        other.join();
    }
}

TEST_CASE("deadlock: found also when the last thread that might have woken somebody ends later") {
    test::KernelRun loop;
    test::TestWait wait;
    std::atomic<bool> idle{false};
    std::thread other([&] {
        while (!idle) std::this_thread::yield();
    });
    fibers::kernel::Fiber& stuck = loop.spawn([&] { fibers::kernel::park(wait); });
    loop.spawn([&] { idle = true; });
    CHECK_THROWS_WITH(loop.run(), Catch::Contains("deadlock"));
    other.join();
    fibers::kernel::unpark(stuck);
    loop.deadlock.clear();
    loop.run();
}
