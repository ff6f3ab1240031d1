// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// ThreadPoolExecutor by itself: with a loop and without.
#include "fibers/executor_threads.hpp"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "fibers/executor.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::RuntimeError;
using fibers::ThreadPoolExecutor;
using test::thrown_by;
using test::virtual_run;

TEST_CASE("ThreadPoolExecutor: a plain thread submits and waits, with no loop anywhere") {
    ThreadPoolExecutor executor(2);
    auto value = executor.submit([](int a, int b) { return a + b; }, 1, 2);
    CHECK(value.get() == 3);
    CHECK(value.get() == 3);
    CHECK(value.exception() == nullptr);
    CHECK(value.done());
    auto error = executor.submit([]() -> int { throw std::range_error("no"); });
    CHECK_THROWS_AS(error.get(), std::range_error);
    CHECK_THROWS_AS(error.get(), std::range_error);
    CHECK(error.exception() != nullptr);
    CHECK(*executor.submit([] { return std::make_unique<int>(8); }).get() == 8);
    executor.submit([] {}).get();
}

TEST_CASE("ThreadPoolExecutor: get() notices its time-out, on threads and in fibers") {
    ThreadPoolExecutor executor(1);
    std::latch begun(1);
    std::latch open(1);
    auto future = executor.submit([&] {
        begun.count_down();
        open.wait();
        return 6;
    });
    begun.wait();
    CHECK_THROWS_AS(future.get(1ms), fibers::TimeoutError);
    fibers::run([&] { CHECK_THROWS_AS(future.get(1ms), fibers::TimeoutError); });
    CHECK_FALSE(future.done());
    CHECK(future.running());
    CHECK_FALSE(future.cancel());
    virtual_run([&] {
        create_task([&] { open.count_down(); });
        CHECK(future.get() == 6);  // for ever, if it blocked the loop
    });
}

TEST_CASE(
    "ThreadPoolExecutor: cancelling the fiber that waits in get() takes back a call that has not begun") {
    ThreadPoolExecutor executor(1);
    std::latch open(1);
    std::latch begun(1);
    auto first = executor.submit([&] {
        begun.count_down();
        open.wait();
    });
    auto second = executor.submit([] { return 2; });
    begun.wait();
    virtual_run([&] {
        auto waits = create_task([&] { second.get(); });
        fibers::yield();
        waits.cancel("why");
        CHECK(thrown_by([&] { waits.get(); }) == "cancelled: why");
        CHECK(second.cancelled());
        auto waits_for_running = create_task([&] { first.get(); });
        fibers::yield();
        waits_for_running.cancel();
        CHECK_THROWS_AS(waits_for_running.get(), CancelledError);
        CHECK(first.running());
        open.count_down();
        first.get();
    });
}

TEST_CASE(
    "ThreadPoolExecutor: wrap_future makes a future of a loop of it, result() and exception() never wait") {
    ThreadPoolExecutor executor(1);
    std::latch open(1);
    auto slow = executor.submit([&] { open.wait(); });
    CHECK(thrown_by([&] { slow.result(); }) == "Result is not set.");
    CHECK(thrown_by([&] { (void)slow.exception(); }) == "Exception is not set.");
    CHECK_FALSE(slow.wait_for(1ms));
    auto value = executor.submit([] { return std::make_unique<int>(2); });
    virtual_run([&] {
        auto wrapped = fibers::wrap_future(std::move(value));
        CHECK_FALSE(value.valid());
        CHECK_THROWS_AS(value.done(), fibers::InvalidStateError);
        CHECK_FALSE(wrapped.done());
        open.count_down();
        CHECK(*std::move(wrapped).get() == 2);
        slow.wait();
        auto done = fibers::wrap_future(std::move(slow));
        CHECK(done.done());
    });
    CHECK_THROWS_AS(value.get(), fibers::InvalidStateError);
}

TEST_CASE("ThreadPoolExecutor: max_workers must be greater than 0, threads are named by prefix and number") {
    CHECK(thrown_by([] { ThreadPoolExecutor none(0); }) == "max_workers must be greater than 0");
    CHECK(thrown_by([] { ThreadPoolExecutor none(-1); }) == "max_workers must be greater than 0");
    const auto name = [] {
        std::array<char, 16> text{};
        ::pthread_getname_np(::pthread_self(), text.data(), text.size());
        return std::string(text.data());
    };
    ThreadPoolExecutor executor(1, "a-very-long-prefix");
    CHECK(executor.submit(name).get() == "a-very-long-p_0");
    ThreadPoolExecutor unnamed(1);
    CHECK(unnamed.submit(name).get().starts_with("pool-"));
}

TEST_CASE("ThreadPoolExecutor: after shutdown nothing can be submitted, what was is done") {
    ThreadPoolExecutor executor(1);
    std::atomic<int> made = 0;
    for (int i = 0; i < 20; ++i) executor.submit([&] { ++made; });
    executor.shutdown();
    CHECK(made == 20);
    CHECK(thrown_by([&] { executor.submit([] {}); }) == "cannot schedule new futures after shutdown");
    executor.shutdown();
    ThreadPoolExecutor unused;
    unused.shutdown();
}

TEST_CASE("ThreadPoolExecutor: shutdown takes back what has not begun, if so wished, and may not wait") {
    std::latch open(1);
    std::latch begun(1);
    std::atomic<bool> ended = false;
    {
        ThreadPoolExecutor executor(1);
        auto running = executor.submit([&] {
            begun.count_down();
            open.wait();
            ended = true;
        });
        auto queued = executor.submit([] { return 1; });
        begun.wait();
        executor.shutdown({.wait = false, .cancel_futures = true});
        CHECK(queued.cancelled());
        CHECK_THROWS_AS(queued.get(), CancelledError);
        CHECK_THROWS_AS(queued.exception(), CancelledError);
        CHECK_FALSE(running.done());
        open.count_down();
        running.get();
    }  // waits for nobody: shutdown() was called
    CHECK(ended);
}

TEST_CASE("ThreadPoolExecutor: the futures of calls that shutdown takes back are cancelled in their loop") {
    ThreadPoolExecutor executor(1);
    std::latch begun(1);
    std::latch open(1);
    virtual_run([&] {
        auto running = fibers::run_in_executor(executor, [&] {
            begun.count_down();
            open.wait();
        });
        begun.wait();
        auto queued = fibers::run_in_executor(executor, [] {});
        std::thread([&] { executor.shutdown({.wait = false, .cancel_futures = true}); }).join();
        CHECK(thrown_by([&] { queued.get(); }) == "cancelled: ");
        open.count_down();
        running.get();
    });
    executor.shutdown();
}

TEST_CASE(
    "ThreadPoolExecutor: its destructor waits for its calls, in a fiber others run, a cancel stays pending") {
    virtual_run([] {
        std::latch open(1);
        std::atomic<bool> ended = false;
        bool gone = false;
        auto owner = create_task([&] {
            {
                ThreadPoolExecutor executor(1);
                executor.submit([&] {
                    open.wait();
                    ended = true;
                });
            }
            gone = ended;
            fibers::yield();
        });
        fibers::yield();
        owner.cancel();
        fibers::yield();
        CHECK_FALSE(owner.done());
        open.count_down();
        CHECK_THROWS_AS(owner.get(), CancelledError);
        CHECK(gone);
    });
}

TEST_CASE("ThreadPoolExecutor: a thread of it cannot wait for itself") {
    ThreadPoolExecutor executor(1);
    CHECK(thrown_by([&] { executor.submit([&] { executor.shutdown(); }).get(); }) ==
          "cannot join current thread");
    executor.shutdown();
}

TEST_CASE("ThreadPoolExecutor: map gives the results in order, at most max_workers at once") {
    ThreadPoolExecutor executor(2);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    const auto slow_first = [&](int x) {
        const int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        if (x == 0) std::this_thread::sleep_for(5ms);
        --running;
        return std::make_unique<int>(x * x);
    };
    std::vector<int> squares;
    for (auto& square : executor.map(slow_first, std::vector{0, 1, 2, 3, 4})) squares.push_back(*square);
    CHECK(squares == std::vector{0, 1, 4, 9, 16});
    CHECK(most == 2);
    const std::vector<bool> flags{true, false};
    std::vector<bool> same;
    for (const bool flag : executor.map([](bool x) { return x; }, flags)) same.push_back(flag);
    CHECK(same == flags);
    int calls = 0;
    for ([[maybe_unused]] auto& nothing : executor.map([](int) {}, std::vector{1, 2, 3})) ++calls;
    CHECK(calls == 3);
}

TEST_CASE("ThreadPoolExecutor: map throws where the failed call's turn is, and takes back what is left") {
    ThreadPoolExecutor executor(1);
    std::atomic<int> called = 0;
    std::latch open(1);
    std::vector<int> got;
    const auto fails_at_two = [&](int x) {
        ++called;
        if (x == 2) throw std::runtime_error("two");
        if (x == 3) open.wait();
        return x;
    };
    CHECK(thrown_by([&] {
              for (const int x : executor.map(fails_at_two, std::vector{1, 2, 3, 4, 5})) got.push_back(x);
          }) == "two");
    open.count_down();
    executor.shutdown();
    CHECK(got == std::vector{1});
    CHECK(called <= 3);
}

TEST_CASE("ThreadPoolExecutor: map's time-out is counted from the call, its results wait in fibers") {
    ThreadPoolExecutor executor(1);
    std::latch open(1);
    auto results = executor.map([&](int) { open.wait(); }, std::vector{1, 2}, 1ms);
    CHECK_THROWS_AS(results.next(), fibers::TimeoutError);
    CHECK_THROWS_AS(results.next(), fibers::TimeoutError);
    CHECK(results.next() == nullptr);
    open.count_down();
    executor.shutdown();
    ThreadPoolExecutor other(1);
    std::latch opened_by_fiber(1);
    virtual_run([&] {
        create_task([&] { opened_by_fiber.count_down(); });
        int sum = 0;
        for (const int x : other.map(
                 [&](int element) {
                     opened_by_fiber.wait();
                     return element;
                 },
                 std::vector{1, 2})) {
            sum += x;
        }
        CHECK(sum == 3);
    });
}

TEST_CASE("ThreadPoolExecutor: a call that ends its thread fails, and another thread does the rest") {
    ThreadPoolExecutor executor(1);
    std::latch open(1);
    auto ends = executor.submit([&] {
        open.wait();
        ::pthread_exit(nullptr);
    });
    auto next = executor.submit([] { return 4; });
    open.count_down();
    CHECK(thrown_by([&] { ends.get(); }) == "the thread of an executor was ended by the call that it made");
    CHECK(next.get() == 4);
    executor.shutdown();
}

TEST_CASE("ThreadPoolExecutor: in a forked child it is the parent's, and dies without waiting") {
    auto executor = std::make_unique<ThreadPoolExecutor>(1);
    executor->submit([] {}).get();
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string said = thrown_by([&] { executor->submit([] {}); });
        executor->shutdown();
        executor.reset();
        bool own = true;  // TSan allows no new threads here
        if (!fibers::kernel::sanitizer::tsan)
            own = fibers::run([] { return fibers::to_thread([] { return 1; }).get(); }) == 1;
        ::_exit(own && said == "the threads of this executor are the parent process's" ? 0 : 1);
    }
    REQUIRE(child > 0);
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(executor->submit([] { return 2; }).get() == 2);
}
