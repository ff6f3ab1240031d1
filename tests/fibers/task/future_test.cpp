// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/future.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::create_task;
using fibers::Future;
using fibers::InvalidStateError;
using fibers::Promise;
using test::virtual_run;

TEST_CASE("g26: callbacks run later, in order, also a late one, removing counts every adding") {
    std::vector<std::string> log;
    virtual_run([&] {
        Promise<int> promise;
        auto future = promise.future();
        const auto note = [&log](const char* text) { return [&log, text] { log.emplace_back(text); }; };
        future.add_done_callback(note("1"));
        const auto twice = future.add_done_callback(note("2"));
        future.add_done_callback(twice);
        future.add_done_callback(note("3"));
        CHECK(future.remove_done_callback(twice) == 2);
        CHECK(future.remove_done_callback(twice) == 0);
        promise.set_result(5);
        CHECK(log.empty());
        fibers::yield();
        CHECK(log == std::vector<std::string>{"1", "3"});
        future.add_done_callback(note("late"));
        CHECK(log.size() == 2);
        fibers::yield();
    });
    CHECK(log == std::vector<std::string>{"1", "3", "late"});
}

TEST_CASE("g27: a callback that throws is reported, and the next still runs") {
    const test::Reports reports;
    bool second = false;
    virtual_run([&] {
        Promise<void> promise;
        promise.future().add_done_callback([] { throw std::runtime_error("callback broke"); });
        promise.future().add_done_callback([&] { second = true; });
        promise.set_result();
        fibers::yield();
    });
    CHECK(second);
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages().front(), Catch::StartsWith("Exception in callback"));
    CHECK(reports.count("std::runtime_error('callback broke')") == 1);
}

TEST_CASE("callbacks get the future they were added to, they run on the loop's stack and cannot wait") {
    std::string thrown;
    virtual_run([&] {
        auto task = create_task([] { return 6; });
        int seen = 0;
        task.add_done_callback([&](const fibers::Task<int>& done) { seen += done.result(); });
        task.add_done_callback([&](const Future<int>& done) { seen += done.result(); });
        task.add_done_callback([&](const fibers::AnyFuture& done) { seen += done.done() ? 100 : 0; });
        task.add_done_callback([&] { thrown = test::thrown_by([] { fibers::sleep(1s); }); });
        task.get();
        fibers::yield();
        CHECK(seen == 112);
    });
    CHECK_THAT(thrown, Catch::StartsWith("no running event loop"));
}

TEST_CASE("callbacks and waiting fibers are served in the order in which they came") {
    std::vector<int> order;
    virtual_run([&] {
        Promise<void> promise;
        auto future = promise.future();
        future.add_done_callback([&] { order.push_back(1); });
        create_task([&] {
            future.get();
            order.push_back(2);
        });
        fibers::yield();
        future.add_done_callback([&] { order.push_back(3); });
        promise.set_result();
        fibers::sleep(1s);
    });
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("a future that is not done has no result, a done one can be read anywhere, again and again") {
    Promise<std::string> promise;
    const auto future = promise.future();
    CHECK_THROWS_WITH(future.result(), "Result is not set.");
    CHECK_THROWS_WITH(future.exception(), "Exception is not set.");
    CHECK_THROWS_AS(future.get(), fibers::RuntimeError);
    promise.set_result(std::size_t{3}, 'x');
    CHECK(future.get() == "xxx");
    CHECK(future.get() == "xxx");
    CHECK(future.exception() == nullptr);
    CHECK_THROWS_WITH(
        promise.set_result("again"),
        Catch::StartsWith("invalid state: <Future finished created") && Catch::EndsWith(" result='xxx'>"));
    CHECK_THROWS_AS(promise.set_exception(1), InvalidStateError);
}

TEST_CASE("set_exception: reaches every reader, null is refused") {
    Promise<int> promise;
    CHECK_THROWS_AS(promise.set_exception(std::exception_ptr()), std::invalid_argument);
    promise.set_exception(std::out_of_range("far"));
    CHECK_THROWS_AS(promise.future().get(), std::out_of_range);
    CHECK_THROWS_WITH(promise.future().get(), "far");
}

TEST_CASE("g28: an exception of a plain future that nobody read is reported with the user's file and line") {
    const test::Reports reports;
    virtual_run([] {
        Promise<int> promise;
        promise.set_exception(std::runtime_error("boom"));
        Promise<int> read;
        read.set_exception(std::runtime_error("read"));
        CHECK(read.future().exception() != nullptr);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK_THAT(reports.messages().front(),
               Catch::StartsWith("Future exception was never retrieved: <Future finished created at ") &&
                   Catch::Contains("future_test.cpp:" + std::to_string(__LINE__ - 9)) &&
                   Catch::EndsWith(" exception=std::runtime_error('boom')>"));
}

TEST_CASE("a Promise dropped unset breaks its future, nobody hears of one that nobody could read") {
    const test::Reports reports;
    virtual_run([] {
        std::optional<Promise<int>> promise(std::in_place);
        auto future = promise->future();
        auto waiting = create_task([future] { return future.get(); });
        fibers::yield();
        promise.reset();
        CHECK_THROWS_AS(waiting.get(), fibers::BrokenPromiseError);
        Promise<int>().future();
    });
    CHECK(reports.messages().empty());
}

TEST_CASE("cancelling who waits for a plain future cancels the future, for everybody") {
    virtual_run([] {
        Promise<int> promise;
        auto future = promise.future();
        auto first = create_task([future] { future.get(); });
        auto second = create_task([future] { future.get(); });
        fibers::yield();
        first.cancel("no more");
        CHECK(future.cancelled());
        CHECK(test::thrown_by([&] { first.get(); }) == "cancelled: no more");
        CHECK(test::thrown_by([&] { second.get(); }) == "cancelled: no more");
        CHECK_THROWS_AS(promise.set_result(1), InvalidStateError);
        CHECK_FALSE(future.cancel());
    });
}

TEST_CASE("a task cancelled before it waits for a plain future cancels that, too, and does not hang") {
    virtual_run([] {
        Promise<void> promise;
        auto task = create_task([future = promise.future()] {
            fibers::current_task().cancel("early");
            future.get();
        });
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: early");
        CHECK(promise.future().cancelled());
    });
}

TEST_CASE("an empty handle says so") {
    const Future<int> empty;
    CHECK_FALSE(empty.valid());
    CHECK_THROWS_AS(empty.done(), InvalidStateError);
    CHECK_THROWS_AS(empty.get(), InvalidStateError);
}

TEST_CASE("a future of another loop is refused instead of waited for") {
    Promise<void> promise;
    virtual_run([&] {
        auto task = create_task([future = promise.future()] { future.get(); });
        fibers::yield();  // now it is this loop's
        task.cancel();
    });
    promise = {};
    std::optional<Promise<void>> foreign;
    virtual_run([&] { foreign.emplace(); });
    virtual_run(
        [&] { CHECK_THROWS_WITH(foreign->future().get(), Catch::EndsWith("belongs to a different loop")); });
}

TEST_CASE("a Promise that was moved away says so") {
    Promise<int> promise;
    const Promise<int> other = std::move(promise);
    CHECK_FALSE(promise.future().valid());
    CHECK_THROWS_AS(promise.set_result(1), InvalidStateError);
}
