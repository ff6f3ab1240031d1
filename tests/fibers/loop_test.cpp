// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fibers/sleep.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::create_task;
using fibers::get_running_loop;
using fibers::Loop;
using test::virtual_run;

TEST_CASE("g33: call_later(0) comes after call_soon, also after one that is asked for later") {
    std::string order;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        loop.call_later(0s, [&] { order += "later "; });
        loop.call_soon([&] { order += "soon "; });
        fibers::sleep(1s);
    });
    CHECK(order == "soon later ");
}

TEST_CASE("call_soon: in the order of asking, between the fibers that became ready before and after") {
    std::vector<int> order;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        loop.call_soon([&] { order.push_back(1); });
        create_task([&] { order.push_back(2); });
        loop.call_soon([&] {
            order.push_back(3);
            loop.call_soon([&] { order.push_back(5); });
        });
        create_task([&] { order.push_back(4); });
        CHECK(order.empty());
        fibers::sleep(1s);
    });
    CHECK(order == std::vector{1, 2, 3, 4, 5});
}

TEST_CASE("call_soon: what a callback asks for runs in the next turn, not in this one") {
    std::string order;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        loop.call_soon([&] {
            order += "a";
            loop.call_soon([&] { order += "c"; });
        });
        loop.call_soon([&] { order += "b"; });
        fibers::yield();
        CHECK(order == "ab");
        fibers::yield();
        CHECK(order == "abc");
    });
}

TEST_CASE("call_later, call_at: in the order of their times, equal times in the order of asking") {
    std::string order;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        const auto start = loop.time();
        const auto late = loop.call_at(start + 3s, [&] { order += "d"; });
        loop.call_later(2s, [&] { order += "b"; });
        loop.call_at(start + 2s, [&] { order += "c"; });
        loop.call_later(1.5s, [&] {
            order += "a";
            CHECK(loop.time() == start + 1500ms);
        });
        CHECK(late.when() == start + 3s);
        fibers::sleep(10s);
        CHECK(order == "abcd");
        CHECK_THROWS_AS(loop.call_later(std::chrono::duration<double>(NAN), [] {}), std::invalid_argument);
    });
}

TEST_CASE("Handle::cancel: a cancelled callback is not called, and lets go at once of what it holds") {
    virtual_run([] {
        const Loop loop = get_running_loop();
        const auto held = std::make_shared<int>(1);
        bool called = false;
        const auto soon = loop.call_soon([&called, held] { called = true; });
        const auto later = loop.call_later(1s, [&called, held] { called = true; });
        CHECK(held.use_count() == 3);
        CHECK_FALSE(soon.cancelled());
        soon.cancel();
        later.cancel();
        later.cancel();
        CHECK(soon.cancelled());
        CHECK(later.cancelled());
        CHECK(held.use_count() == 1);
        fibers::sleep(2s);
        CHECK_FALSE(called);
    });
}

TEST_CASE("Handle::cancel: a callback may cancel itself, and after the call nothing happens") {
    int calls = 0;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        std::optional<fibers::Handle> own;
        const auto held = std::make_shared<int>(7);
        own = loop.call_soon([&calls, &own, held] {
            own->cancel();
            calls += *held;
        });
        fibers::yield();
        CHECK(held.use_count() == 1);
        own->cancel();
    });
    CHECK(calls == 7);
}

TEST_CASE("g27: a callback of call_soon that throws is reported with its place, and the next still runs") {
    const test::Reports reports;
    bool next = false;
    virtual_run([&] {
        get_running_loop().call_soon([] { throw std::runtime_error("callback broke"); });
        get_running_loop().call_soon([&] { next = true; });
        fibers::yield();
    });
    CHECK(next);
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages().front(), Catch::StartsWith("Exception in callback"));
    CHECK(reports.count("loop_test.cpp:") == 1);
    CHECK(reports.count("std::runtime_error('callback broke')") == 1);
}

TEST_CASE("callbacks run on the loop's stack: they have a running loop, no task, and cannot wait") {
    std::string thrown;
    virtual_run([&] {
        const Loop loop = get_running_loop();
        loop.call_soon([&, loop] {
            CHECK(get_running_loop() == loop);
            CHECK_FALSE(fibers::current_task().valid());
            thrown = test::thrown_by([] { fibers::sleep(1s); });
        });
        fibers::yield();
    });
    CHECK_THAT(thrown, Catch::StartsWith("no running event loop"));
}

TEST_CASE("get_running_loop: throws where no loop runs, each run has its own") {
    CHECK_THROWS_WITH(get_running_loop(), Catch::StartsWith("no running event loop"));
    const Loop first = virtual_run([] { return get_running_loop(); });
    virtual_run([&] { CHECK_FALSE(get_running_loop() == first); });
    CHECK_THROWS_WITH(get_running_loop(), Catch::StartsWith("no running event loop"));
}

TEST_CASE("a handle that outlives its loop says that the loop is closed") {
    const Loop loop = virtual_run([] {
        CHECK_FALSE(get_running_loop().is_closed());
        CHECK(get_running_loop().is_running());
        return get_running_loop();
    });
    CHECK(loop.is_closed());
    CHECK_FALSE(loop.is_running());
    CHECK_THROWS_WITH(loop.call_soon([] {}), "Event loop is closed");
    CHECK_THROWS_WITH(loop.call_later(1s, [] {}), "Event loop is closed");
    CHECK_THROWS_WITH(loop.call_soon_threadsafe([] {}), "Event loop is closed");
    CHECK_THROWS_WITH(loop.time(), "Event loop is closed");
}

TEST_CASE("callbacks that are not due when the loop ends are dropped, uncalled, with what they hold") {
    const auto held = std::make_shared<int>(0);
    fibers::TimerHandle kept;
    virtual_run([&] { kept = get_running_loop().call_later(1h, [held] { ++*held; }); });
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
    CHECK(kept.cancelled());
    kept.cancel();
}

TEST_CASE("call_soon_threadsafe: wakes the loop, runs on its thread, in the order of each thread's calls") {
    constexpr int threads = 4;
    constexpr int calls = 500;
    std::vector<int> last(threads, -1);
    int total = 0;
    bool in_order = true;
    bool on_thread = true;
    fibers::run([&] {
        const Loop loop = get_running_loop();
        const auto here = std::this_thread::get_id();
        std::vector<std::thread> all;
        for (int t = 0; t < threads; ++t) {
            all.emplace_back([&, t] {
                for (int i = 0; i < calls; ++i) {
                    loop.call_soon_threadsafe([&, t, i] {
                        in_order = in_order && last[static_cast<std::size_t>(t)] == i - 1;
                        on_thread = on_thread && std::this_thread::get_id() == here;
                        last[static_cast<std::size_t>(t)] = i;
                        ++total;
                    });
                }
            });
        }
        while (total < threads * calls) fibers::sleep(1ms);
        for (auto& thread : all) thread.join();
    });
    CHECK(total == threads * calls);
    CHECK(in_order);
    CHECK(on_thread);
}

TEST_CASE("what belongs to the loop's thread is refused on another, with the way that is open to it") {
    std::string thrown;
    fibers::run([&] {
        const Loop loop = get_running_loop();
        std::thread([&] { thrown = test::thrown_by([&] { loop.call_soon([] {}); }); }).join();
    });
    CHECK_THAT(thrown, Catch::StartsWith("Non-thread-safe operation invoked on an event loop other than the "
                                         "current one"));
    CHECK_THAT(thrown, Catch::Contains("call_soon_threadsafe()"));
}

TEST_CASE("call_soon_threadsafe: threads that still call while the loop ends get the error, nothing leaks") {
    for (int round = 0; round < 20; ++round) {
        const auto held = std::make_shared<int>(0);
        std::string thrown;
        std::thread thread;
        fibers::run([&] {
            thread = std::thread([&thrown, held, loop = get_running_loop()] {
                thrown = test::thrown_by([&] {
                    for (;;) loop.call_soon_threadsafe([held] {});
                });
            });
            fibers::sleep(1ms);
        });
        thread.join();
        CHECK(thrown == "Event loop is closed");
        CHECK(held.use_count() == 1);
    }
}
