// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/concurrent_future.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::as_concurrent;
using fibers::ConcurrentFuture;
using fibers::get_running_loop;
using fibers::Loop;
using fibers::run_threadsafe;

namespace {

/// A loop that runs on a thread of its own until it is told to end.
class LoopThread {
public:
    LoopThread() : loop_(fibers::new_event_loop()), thread_([this] { loop_.run_forever(); }) {}
    ~LoopThread() { end(); }
    const Loop& loop() const { return loop_; }
    /// Stops the loop and closes it with what is left on it.
    void end() {
        if (!thread_.joinable()) return;
        loop_.call_soon_threadsafe([this] { loop_.stop(); });
        thread_.join();
        loop_.close();
    }

private:
    Loop loop_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("run_threadsafe: a plain thread gets what a task of the loop returns or throws") {
    LoopThread other;
    const auto here = std::this_thread::get_id();
    const auto future = run_threadsafe(other.loop(), [&] {
        fibers::sleep(1ms);
        return std::this_thread::get_id() != here ? std::string("elsewhere") : std::string("here");
    });
    CHECK(future.get() == "elsewhere");
    CHECK(future.done());
    CHECK(future.result() == "elsewhere");
    CHECK(future.exception() == nullptr);
    CHECK_FALSE(future.cancel());
    CHECK_THROWS_WITH(run_threadsafe(other.loop(), []() -> int { throw std::runtime_error("broke"); }).get(),
                      "broke");
    run_threadsafe(other.loop(), [] {}).get();
    CHECK(*run_threadsafe(other.loop(), [] { return std::make_unique<int>(4); }).get() == 4);
    int target = 0;
    CHECK(&run_threadsafe(other.loop(), [&]() -> int& { return target; }).get() == &target);
    CHECK(run_threadsafe(other.loop(), [p = std::make_unique<int>(5)] { return *p; }).get() == 5);
    CHECK(run_threadsafe(other.loop(), [] { return fibers::current_task().name(); }, {.name = "n"}).get() ==
          "n");
}

TEST_CASE("ConcurrentFuture: an empty handle and one that is not done say so") {
    const ConcurrentFuture<int> empty;
    CHECK_FALSE(empty.valid());
    CHECK_THROWS_AS(empty.get(), fibers::InvalidStateError);
    LoopThread other;
    const auto never = run_threadsafe(other.loop(), [] { fibers::Event().wait(); });
    CHECK_THROWS_WITH(never.result(), "Result is not set.");
    CHECK_THROWS_WITH(never.exception(), "Exception is not set.");
    CHECK_FALSE(never.wait_for(1ms));
    CHECK_THROWS_AS(never.get(1ms), fibers::TimeoutError);
    CHECK_FALSE(never.done());
    CHECK(never.cancel());
    CHECK(test::thrown_by([&] { never.exception(); }) == "cancelled: ");
    run_threadsafe(other.loop(), [] { fibers::yield(); }).get();
}

TEST_CASE("ConcurrentFuture::cancel: ends it at once, and the task on its loop, with the message") {
    LoopThread other;
    ConcurrentFuture<void> future;
    const auto noted = std::make_shared<std::string>();
    future = run_threadsafe(other.loop(), [noted] {
        try {
            fibers::sleep(1h);
        } catch (const fibers::CancelledError& e) {
            *noted = e.message();
            throw;
        }
    });
    run_threadsafe(other.loop(), [] { fibers::yield(); }).get();  // now it sleeps
    CHECK(future.cancel("no more"));
    CHECK_FALSE(future.cancel("twice"));
    CHECK(future.cancelled());
    CHECK(test::thrown_by([&] { future.get(); }) == "cancelled: no more");
    // What the loop is asked later comes after that.
    const auto seen = run_threadsafe(other.loop(), [noted] {
        fibers::yield();
        return *noted;
    });
    CHECK(seen.get() == "no more");
}

TEST_CASE("ConcurrentFuture::cancel: a task that has not begun never runs") {
    const Loop loop = fibers::new_event_loop();
    bool ran = false;
    const auto future = run_threadsafe(loop, [&] { ran = true; });
    CHECK(future.cancel());
    loop.run_until_complete([] { fibers::yield(); });
    loop.close();
    CHECK_FALSE(ran);
}

TEST_CASE("ConcurrentFuture: a task that cancels itself gives its waiters its CancelledError") {
    LoopThread other;
    const auto future = run_threadsafe(other.loop(), [] {
        fibers::current_task().cancel("by itself");
        fibers::yield();
    });
    CHECK(test::thrown_by([&] { future.get(); }) == "cancelled: by itself");
    CHECK(future.cancelled());
}

TEST_CASE("ConcurrentFuture: a fiber of another loop waits without blocking its loop") {
    LoopThread other;
    fibers::run([&] {
        std::string log;
        auto waits = fibers::create_task([&] {
            const auto future = run_threadsafe(other.loop(), [] {
                fibers::sleep(5ms);
                return 7;
            });
            log += "waits ";
            CHECK(future.get() == 7);
            log += "has it";
        });
        fibers::yield();
        log += "others run ";
        waits.get();
        CHECK(log == "waits others run has it");
    });
}

TEST_CASE("ConcurrentFuture: cancelling a fiber that waits for it cancels it across") {
    LoopThread other;
    std::optional<ConcurrentFuture<void>> future;
    fibers::run([&] {
        auto waits = fibers::create_task([&] {
            future = run_threadsafe(other.loop(), [] { fibers::sleep(1h); });
            future->get();
        });
        fibers::yield();
        waits.cancel("why");
        CHECK(test::thrown_by([&] { waits.get(); }) == "cancelled: why");
        CHECK(future->cancelled());
        // The loop hears of it, too: else closing it below would report a task that is left.
        run_threadsafe(other.loop(), [] {
            fibers::yield();
            CHECK(fibers::all_tasks().size() == 1);
        }).get();
    });
}

TEST_CASE("ConcurrentFuture: a timeout of a fiber's wait leaves what it waits for") {
    LoopThread other;
    fibers::run([&] {
        const auto future = run_threadsafe(other.loop(), [] {
            fibers::sleep(20ms);
            return 1;
        });
        CHECK_FALSE(future.wait_for(0s));
        CHECK_THROWS_AS(future.get(1ms), fibers::TimeoutError);
        CHECK_FALSE(future.cancelled());
        CHECK(future.get() == 1);
    });
}

TEST_CASE("ConcurrentFuture: of the own loop, too, and nothing hangs there if it never ends") {
    fibers::run([] {
        const auto future = run_threadsafe(get_running_loop(), [] { return 2; });
        CHECK(future.get() == 2);
    });
    CHECK_THROWS_AS(
        fibers::run([] { run_threadsafe(get_running_loop(), [] { fibers::Event().wait(); }).get(); }),
        fibers::DeadlockError);
}

TEST_CASE("ConcurrentFuture: virtual time stands still while another loop works") {
    LoopThread other;
    test::virtual_run([&] {
        const auto start = get_running_loop().time();
        auto sleeper = fibers::create_task([] { fibers::sleep(1h); });
        CHECK(run_threadsafe(other.loop(), [] {
                  fibers::sleep(2ms);
                  return 3;
              }).get() == 3);
        CHECK(get_running_loop().time() == start);
        sleeper.get();
    });
}

TEST_CASE("ConcurrentFuture: a callback of a loop cannot wait for it") {
    LoopThread other;
    std::string thrown;
    fibers::run([&] {
        const auto never = run_threadsafe(other.loop(), [] { fibers::sleep(1h); });
        get_running_loop().call_soon([&] { thrown = test::thrown_by([&] { never.get(); }); });
        fibers::yield();
        never.cancel();
    });
    CHECK_THAT(thrown, Catch::StartsWith("no running event loop"));
    run_threadsafe(other.loop(), [] { fibers::yield(); }).get();
}

TEST_CASE("ConcurrentFuture: a loop that is closed first tells who waits, wherever") {
    const test::Reports reports;
    std::string in_thread;
    std::string in_fiber;
    std::optional<LoopThread> other(std::in_place);
    const auto never = run_threadsafe(other->loop(), [] { fibers::sleep(1h); }, {.name = "left"});
    std::thread thread([&] { in_thread = test::thrown_by([&] { never.get(); }); });
    fibers::run([&] {
        auto waits = fibers::create_task([&] { in_fiber = test::thrown_by([&] { never.get(); }); });
        fibers::yield();
        other->end();
        waits.get();
    });
    thread.join();
    CHECK(in_thread == "Event loop is closed");
    CHECK(in_fiber == "Event loop is closed");
    CHECK_THROWS_WITH(run_threadsafe(other->loop(), [] {}), "Event loop is closed");
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("Task was destroyed but it is pending! <Task pending name='left'") == 1);
}

TEST_CASE("ConcurrentFuture: a loop that is closed before the task began tells who waits, and f dies") {
    const test::Reports reports;
    const auto held = std::make_shared<int>(0);
    const Loop loop = fibers::new_event_loop();
    const auto future = run_threadsafe(loop, [held] { return *held; });
    CHECK(held.use_count() == 2);
    loop.close();
    CHECK(held.use_count() == 1);
    CHECK_THROWS_WITH(future.get(), "Event loop is closed");
    CHECK(reports.messages().empty());
}

TEST_CASE("ConcurrentFuture: the loop that asked may end first, the other goes on") {
    LoopThread other;
    const auto done = std::make_shared<int>(0);
    std::optional<ConcurrentFuture<int>> future;
    fibers::run([&] {
        future = run_threadsafe(other.loop(), [done] {
            fibers::sleep(20ms);
            return ++*done;
        });
        fibers::create_task([&] { CHECK_FALSE(future->wait_for(1ms)); });
        fibers::sleep(2ms);
    });
    CHECK(future->get() == 1);
}

TEST_CASE("ConcurrentFuture: an exception that nobody reads is reported, one that is read is not") {
    const test::Reports reports;
    {
        const Loop loop = fibers::new_event_loop();
        run_threadsafe(loop, [] { throw std::runtime_error("lost"); });
        const auto read = run_threadsafe(loop, [] { throw std::runtime_error("read"); });
        loop.run_until_complete([] { fibers::yield(); });
        loop.run_until_complete([] { fibers::yield(); });
        CHECK_THROWS_WITH(read.get(), "read");
        loop.close();
    }
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.messages()[0] ==
          "ConcurrentFuture exception was never retrieved: std::runtime_error('lost')");
}

TEST_CASE("as_concurrent: other threads and loops wait for a task or future that there is") {
    std::optional<ConcurrentFuture<int>> task;
    std::optional<ConcurrentFuture<std::string>> future;
    std::string got;
    fibers::run([&] {
        fibers::Promise<std::string> promise;
        task = as_concurrent(fibers::create_task([] {
            fibers::sleep(1ms);
            return 8;
        }));
        future = as_concurrent(promise.future());
        std::thread thread([&] { got = future->get() + std::to_string(task->get()); });
        promise.set_result("text ");
        while (!task->done()) fibers::sleep(1ms);
        thread.join();
    });
    CHECK(got == "text 8");
    CHECK(task->get() == 8);
}

TEST_CASE("as_concurrent: cancelling either cancels the other, a future of another loop is refused") {
    std::optional<fibers::Promise<int>> foreign;
    test::virtual_run([&] { foreign.emplace(); });
    test::virtual_run([&] {
        CHECK_THROWS_WITH(as_concurrent(fibers::create_task([] { fibers::sleep(1h); })).get(1s), "timed out");
        auto first = fibers::create_task([] { fibers::sleep(1h); });
        const auto across = as_concurrent(first);
        across.cancel("across");
        CHECK(test::thrown_by([&] { first.get(); }) == "cancelled: across");
        auto second = fibers::create_task([] { fibers::sleep(1h); });
        const auto back = as_concurrent(second);
        second.cancel("back");
        CHECK(test::thrown_by([&] { back.get(); }) == "cancelled: back");
    });
}

TEST_CASE("wrap_future: makes a task of it, which gather() takes and whose cancellation crosses over") {
    LoopThread other;
    fibers::run([&] {
        const auto number = [&](int n) { return run_threadsafe(other.loop(), [n] { return n; }); };
        auto [a, b] = fibers::gather(fibers::wrap_future(number(1)), fibers::wrap_future(number(2))).get();
        CHECK(a + b == 3);
        const auto slow = run_threadsafe(other.loop(), [] { fibers::sleep(1h); });
        auto task = fibers::wrap_future(slow);
        fibers::yield();
        task.cancel("why");
        CHECK_THROWS_AS(task.get(), fibers::CancelledError);
        CHECK(slow.cancelled());
        run_threadsafe(other.loop(), [] { fibers::yield(); }).get();
    });
}
