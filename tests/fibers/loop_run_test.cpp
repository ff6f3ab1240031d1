// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::Loop;
using fibers::new_event_loop;

namespace {

/// A loop on virtual time, closed at the end.
struct OwnLoop {
    ~OwnLoop() { loop.close(); }
    fibers::debug::TestClock clock;
    Loop loop = new_event_loop({.clock = &clock});
};

}  // namespace

TEST_CASE("stop: the turn in which it is called is finished, what that asks for waits for the next run") {
    OwnLoop own;
    std::string log;
    own.loop.call_soon([&] {
        log += "a";
        own.loop.stop();
        own.loop.call_soon([&] { log += "c"; });
    });
    own.loop.call_soon([&] { log += "b"; });
    own.loop.run_forever();
    CHECK(log == "ab");
    CHECK_FALSE(own.loop.is_running());
    own.loop.stop();
    own.loop.run_forever();
    CHECK(log == "abc");
}

TEST_CASE("stop: called before run_forever(), one turn is run, and nothing is waited for") {
    OwnLoop own;
    int calls = 0;
    own.loop.call_later(1h, [&] { ++calls; });
    own.loop.stop();
    own.loop.run_forever();
    CHECK(calls == 0);
    CHECK(own.clock.elapsed() == 0s);
    own.loop.call_later(2h, [&] { own.loop.stop(); });
    own.loop.run_forever();
    CHECK(calls == 1);
    CHECK(own.clock.elapsed() == 2h);
}

TEST_CASE("run_forever: a thread may stop it, and a loop made here may run on another thread") {
    const Loop loop = new_event_loop();
    std::atomic<int> calls{0};
    std::thread thread([&] { loop.run_forever(); });
    for (int i = 0; i < 3; ++i) loop.call_soon_threadsafe([&] { ++calls; });
    loop.call_soon_threadsafe([&] {
        CHECK_THROWS_WITH(loop.close(), "Cannot close a running event loop");
        loop.stop();
    });
    thread.join();
    CHECK(calls == 3);
    CHECK_THROWS_WITH(loop.call_soon([] {}), Catch::StartsWith("Non-thread-safe operation"));
    loop.close();
    CHECK(loop.is_closed());
    loop.close();
    CHECK_THROWS_WITH(loop.run_forever(), "Event loop is closed");
}

TEST_CASE("run_until_complete: a callable or a future, its result or its exception, again and again") {
    OwnLoop own;
    CHECK(own.loop.run_until_complete([] { return 3; }) == 3);
    auto task = own.loop.create_task([] {
        fibers::sleep(1s);
        return std::string("task's");
    });
    CHECK(own.loop.run_until_complete(task) == "task's");
    CHECK(own.loop.run_until_complete(task) == "task's");
    CHECK_THROWS_WITH(own.loop.run_until_complete([] { throw std::runtime_error("broke"); }), "broke");
    fibers::Promise<int> promise;
    own.loop.call_later(1s, [&] { promise.set_result(5); });
    CHECK(own.loop.run_until_complete(promise.future()) == 5);
}

TEST_CASE("run_until_complete: callbacks that were asked for before the end still run, later ones wait") {
    OwnLoop own;
    std::string log;
    own.loop.run_until_complete([&] {
        own.loop.call_soon([&] {
            log += "a";
            own.loop.call_soon([&] { log += "b"; });
        });
    });
    CHECK(log == "a");
    own.loop.run_until_complete([] {});
    CHECK(log == "ab");
}

TEST_CASE("run_until_complete: a loop that is stopped before is an error, the task goes on in the next run") {
    OwnLoop own;
    auto task = own.loop.create_task([] { fibers::sleep(1s); });
    own.loop.call_soon([&] { own.loop.stop(); });
    CHECK_THROWS_WITH(own.loop.run_until_complete(task), "Event loop stopped before Future completed.");
    CHECK_FALSE(task.done());
    own.loop.run_until_complete(task);
    CHECK(task.done());
}

TEST_CASE(
    "a loop that runs cannot be run again, nor another one on this thread, and the error says what to do") {
    OwnLoop own;
    OwnLoop other;
    own.loop.run_until_complete([&] {
        CHECK(own.loop.is_running());
        CHECK_THROWS_WITH(own.loop.run_until_complete([] {}),
                          Catch::StartsWith("This event loop is already running") &&
                              Catch::Contains("just call the function"));
        CHECK_THROWS_WITH(own.loop.run_forever(), Catch::StartsWith("This event loop is already running"));
        CHECK_THROWS_WITH(other.loop.run_forever(),
                          Catch::Contains("cannot be called from a running event loop"));
        std::string elsewhere;
        std::thread([&] { elsewhere = test::thrown_by([&] { own.loop.run_forever(); }); }).join();
        CHECK(elsewhere == "This event loop is already running");
    });
    CHECK_FALSE(own.loop.is_running());
}

TEST_CASE("run_forever: a deadlock is an error, as in run()") {
    OwnLoop own;
    bool destroyed = false;
    own.loop.create_task([&] {
        const std::shared_ptr<void> guard(nullptr, [&](void*) { destroyed = true; });
        fibers::Event().wait();
    });
    CHECK_THROWS_AS(own.loop.run_forever(), fibers::DeadlockError);
    CHECK(destroyed);
    CHECK(own.loop.run_until_complete([] { return 1; }) == 1);
}

TEST_CASE("close: what waits is dropped uncalled, tasks that are left are reported, not run") {
    const test::Reports reports;
    const auto held = std::make_shared<int>(0);
    {
        OwnLoop own;
        own.loop.call_soon([held] { ++*held; });
        own.loop.call_later(1s, [held] { ++*held; });
        own.loop.call_soon_threadsafe([held] { ++*held; });
        fibers::Promise<void> promise;
        promise.set_result();
        own.loop.run_until_complete([&] { promise.future().add_done_callback([] {}); });
    }
    CHECK(held.use_count() == 1);
    CHECK(reports.messages().empty());
    {
        OwnLoop own;
        own.loop.create_task([] {}, {.name = "never ran"});
    }
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0],
               Catch::StartsWith("Task was destroyed but it is pending! <Task pending name='never ran'"));
}

TEST_CASE("close: done callbacks that wait for their turn are let go, uncalled") {
    const auto held = std::make_shared<int>(0);
    {
        OwnLoop own;
        auto task = own.loop.create_task([] {});
        task.add_done_callback([&task, held, loop = own.loop] {
            task.add_done_callback([held] { ++*held; });
            loop.stop();
        });
        own.loop.run_forever();
    }
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}

TEST_CASE("a loop that nobody closes is reported when its last handle goes") {
    const test::Reports reports;
    { const Loop loop = new_event_loop(); }
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages()[0], Catch::StartsWith("unclosed event loop"));
}

TEST_CASE("g27: the exception handler hears of a callback that throws, with its exception and handle") {
    const test::Reports reports;
    OwnLoop own;
    std::string heard;
    bool next = false;
    own.loop.set_exception_handler([&](const Loop& loop, const fibers::ErrorContext& context) {
        CHECK(loop == own.loop);
        CHECK_THROWS_WITH(std::rethrow_exception(context.exception), "broke");
        CHECK_THAT(context.handle,
                   Catch::StartsWith("<Handle created at ") && Catch::Contains("loop_run_test"));
        heard = context.message;
    });
    own.loop.call_soon([] { throw std::runtime_error("broke"); });
    own.loop.call_soon([&] { next = true; });
    own.loop.run_until_complete([] {});
    CHECK(heard == "Exception in callback");
    CHECK(next);
    CHECK(reports.messages().empty());
}

TEST_CASE("exception handler: of done callbacks and lost exceptions, too, until it is taken away") {
    const test::Reports reports;
    OwnLoop own;
    std::vector<fibers::ErrorContext> heard;
    own.loop.set_exception_handler(
        [&](const Loop&, const fibers::ErrorContext& context) { heard.push_back(context); });
    CHECK(own.loop.get_exception_handler());
    own.loop.run_until_complete([] {
        auto task = fibers::create_task([] {});
        task.add_done_callback([] { throw std::runtime_error("callback"); });
        fibers::create_task([] { throw std::runtime_error("lost"); }, {.name = "loser"});
        fibers::yield();
        fibers::yield();
    });
    REQUIRE(heard.size() == 2);
    const bool callback_first = heard[0].message.starts_with("Exception in callback");
    const auto& callback = heard[callback_first ? 0 : 1];
    const auto& lost = heard[callback_first ? 1 : 0];
    CHECK_THAT(callback.future, Catch::StartsWith("<Task finished"));
    CHECK(lost.message == "Task exception was never retrieved");
    CHECK_THAT(lost.task, Catch::StartsWith("<Task finished name='loser'"));
    CHECK_THROWS_WITH(std::rethrow_exception(lost.exception), "lost");
    own.loop.set_exception_handler({});
    own.loop.call_soon([] { throw std::runtime_error("again"); });
    own.loop.run_until_complete([] {});
    CHECK(heard.size() == 2);
    CHECK(reports.count("again") == 1);
}

TEST_CASE("exception handler: one that throws falls back to the default one") {
    const test::Reports reports;
    OwnLoop own;
    own.loop.set_exception_handler(
        [](const Loop&, const fibers::ErrorContext&) { throw std::runtime_error("handler broke"); });
    own.loop.call_exception_handler({"something", nullptr});
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.messages()[0] ==
          "Unhandled error in exception handler: std::runtime_error('handler broke')");
    own.loop.default_exception_handler({{}, nullptr});
    CHECK(reports.messages()[1] == "Unhandled exception in event loop");
}

TEST_CASE("set_debug: is remembered by the loop") {
    OwnLoop own;
    CHECK_FALSE(own.loop.get_debug());
    own.loop.set_debug(true);
    CHECK(own.loop.get_debug());
}

TEST_CASE("set_task_factory: sees every task of the loop before it is made, and may change how") {
    OwnLoop own;
    int seen = 0;
    own.loop.set_task_factory([&](const Loop& loop, fibers::TaskOptions& options) {
        CHECK(loop == own.loop);
        options.name = "made " + std::to_string(++seen) + " " + options.name;
    });
    CHECK(own.loop.get_task_factory());
    own.loop.run_until_complete([] {
        CHECK(fibers::current_task().name() == "made 1 ");
        CHECK(fibers::create_task([] {}, {.name = "own"}).name() == "made 2 own");
    });
    own.loop.set_task_factory([](const Loop&, fibers::TaskOptions&) { throw std::runtime_error("no task"); });
    CHECK_THROWS_WITH(own.loop.create_task([] {}), "no task");
    own.loop.set_task_factory({});
    own.loop.run_until_complete([] { CHECK(fibers::current_task().name() != "made 3 "); });
    CHECK(seen == 2);
}
