// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/wait.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::AnyFuture;
using fibers::create_task;
using fibers::Promise;
using fibers::ReturnWhen;
using fibers::Task;
using fibers::wait;
using test::virtual_run;

namespace {

Task<int> after(fibers::Duration d, int value) {
    return create_task([d, value] {
        fibers::sleep(d);
        return value;
    });
}

Task<int> boom_after(fibers::Duration d) {
    return create_task([d]() -> int {
        fibers::sleep(d);
        throw std::runtime_error("boom");
    });
}

fibers::TimePoint now() {
    return fibers::kernel::running_fiber().scheduler.now();
}

}  // namespace

TEST_CASE("g7: when the time is over wait() tells who is done and who is not, cancels none, throws nothing") {
    virtual_run([] {
        const std::vector tasks{after(1h, 0), after(5ms, 1), after(2h, 2)};
        const auto begin = now();
        auto [done, pending] = wait(tasks, {.timeout = 10ms});
        CHECK(now() == begin + 10ms);
        CHECK(done == std::vector{tasks[1]});
        CHECK(pending == std::vector{tasks[0], tasks[2]});
        for (const auto& task : pending) CHECK(task.cancelling() == 0);
        CHECK(fibers::gather(pending).get() == std::vector{0, 2});
    });
}

TEST_CASE("g8: to wait() for nothing is an error") {
    virtual_run([] {
        CHECK_THROWS_AS(wait(std::vector<Task<int>>()), std::invalid_argument);
        CHECK_THROWS_WITH(wait(std::vector<Task<int>>()), "Set of Tasks/Futures is empty.");
        CHECK_THROWS_AS(wait(std::vector<Task<int>>(1)), fibers::InvalidStateError);
    });
}

TEST_CASE("g9: a cancelled task is no exception: wait(first_exception) goes on until all are done") {
    virtual_run([] {
        const std::vector tasks{after(1h, 0), after(1s, 1)};
        fibers::yield();
        tasks[0].cancel();
        auto [done, pending] = wait(tasks, {.return_when = ReturnWhen::first_exception});
        CHECK(done == tasks);
        CHECK(pending.empty());
    });
}

TEST_CASE("g10: cancelling who waits in wait() leaves the tasks as they are") {
    virtual_run([] {
        const std::vector tasks{after(1s, 0), after(2s, 1)};
        auto waiting = create_task([&] { wait(tasks); });
        fibers::yield();
        fibers::yield();
        waiting.cancel("why");
        CHECK(test::thrown_by([&] { waiting.get(); }) == "cancelled: why");
        CHECK(tasks[0].cancelling() + tasks[1].cancelling() == 0);
        CHECK(fibers::gather(tasks).get() == std::vector{0, 1});
    });
}

TEST_CASE("wait: all_completed waits for failures too and throws none of them, unread they are reported") {
    const test::Reports reports;
    virtual_run([] {
        const std::vector tasks{boom_after(1s), after(2s, 1)};
        auto [done, pending] = wait(tasks);
        CHECK(done == tasks);
        CHECK(pending.empty());
    });
    CHECK(reports.count("Task exception was never retrieved") == 1);
}

TEST_CASE("wait: first_completed returns with the first, and with all that are done by then") {
    virtual_run([] {
        const std::vector tasks{after(1s, 0), after(2s, 1), after(1s, 2)};
        const auto begin = now();
        auto [done, pending] = wait(tasks, {.timeout = 1h, .return_when = ReturnWhen::first_completed});
        CHECK(now() == begin + 1s);
        CHECK(done == std::vector{tasks[0], tasks[2]});
        CHECK(pending == std::vector{tasks[1]});
        pending.front().cancel();
        // It always lets others run, also if one is done already.
        CHECK(wait(tasks, {.return_when = ReturnWhen::first_completed}).done == tasks);
        CHECK(tasks[1].cancelled());
    });
}

TEST_CASE("wait: first_exception returns with the first exception, one that is there already included") {
    const test::Reports reports;
    virtual_run([] {
        const std::vector tasks{after(3s, 0), after(1s, 1), boom_after(2s)};
        const auto begin = now();
        for (int round = 0; round < 2; ++round) {
            auto [done, pending] = wait(tasks, {.return_when = ReturnWhen::first_exception});
            CHECK(now() == begin + 2s);
            CHECK(done == std::vector{tasks[1], tasks[2]});
            CHECK(pending == std::vector{tasks[0]});
        }
    });
    CHECK(reports.count("Task exception was never retrieved") == 1);  // nobody has read it
}

TEST_CASE("wait: with no time others run once, a task done by then counts") {
    virtual_run([] {
        const std::vector tasks{after(1h, 0), create_task([] { return 1; })};
        CHECK(wait(tasks, {.timeout = -1s}).done == std::vector{tasks[1]});
        CHECK(wait(tasks, {.timeout = 0s}).pending == std::vector{tasks[0]});
    });
}

TEST_CASE("wait: a task given twice counts once, where it stood first") {
    virtual_run([] {
        auto a = after(2s, 0);
        auto b = after(1s, 1);
        auto [done, pending] = wait({a, b, a, b}, {.timeout = 10s});
        CHECK(done == std::vector{a, b});
        auto [one, none] = wait({a, a}, {.return_when = ReturnWhen::first_completed});
        CHECK(one.size() == 1);
    });
}

TEST_CASE("wait: takes handles of any kind: AnyFuture, plain futures, gathers, views, what is moved in") {
    virtual_run([] {
        Promise<std::string> promise;
        auto task = after(1s, 1);
        auto [done, pending] = wait({AnyFuture(task), AnyFuture(promise.future())}, {.timeout = 2s});
        CHECK(done == std::vector<AnyFuture>{task});
        CHECK(pending == std::vector<AnyFuture>{promise.future()});
        std::vector<fibers::GatherFuture<std::vector<int>>> groups;
        groups.push_back(fibers::gather(std::vector{[] { return 4; }}));
        const fibers::Future<std::vector<int>> group = wait(groups).done.front();
        CHECK(group.get() == std::vector{4});
        const std::vector more{after(1s, 1), after(2s, 2), after(1h, 3)};
        CHECK(wait(std::span(more).last(2), {.timeout = 3s}).done == std::vector{more[1]});
        std::vector<Task<std::unique_ptr<int>>> last;
        last.push_back(create_task([] { return std::make_unique<int>(5); }));
        CHECK(*std::move(wait(std::move(last)).done.front()).get() == 5);
    });
}

TEST_CASE("wait: a task may wait for itself among others, its time ends that") {
    virtual_run([] {
        auto [done, pending] = wait(fibers::all_tasks(), {.timeout = 1s});
        CHECK(done.empty());
        CHECK(pending.front() == fibers::current_task());
        CHECK_THROWS_AS(fibers::timeout(1s, [] { wait(fibers::all_tasks()); }), fibers::TimeoutError);
    });
}

TEST_CASE("wait: outside a fiber, or for another loop's futures, there is none, one that is done counts") {
    std::optional<Promise<int>> foreign;
    std::optional<Task<int>> done;
    virtual_run([&] {
        foreign.emplace();
        done = create_task([] { return 1; });
        done->get();
        Promise<int> promise;
        Promise<std::string> told;
        auto early = create_task([] {});
        early.add_done_callback(
            [&] { told.set_result(test::thrown_by([&] { wait({promise.future()}, {.timeout = 1s}); })); });
        CHECK_THAT(told.future().get(), Catch::Contains("no running event loop"));
    });
    CHECK_THROWS_AS(wait({*done}), fibers::RuntimeError);
    virtual_run([&] {
        CHECK_THROWS_WITH(wait({foreign->future()}), Catch::EndsWith("belongs to a different loop"));
        CHECK(wait({*done}).done.size() == 1);
    });
}

TEST_CASE("wait: five thousand tasks may end in one turn") {
    virtual_run([] {
        Promise<void> go;
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 5'000; ++i) tasks.push_back(create_task([go = go.future()] { go.get(); }));
        auto waiting = create_task([&] { return wait(tasks).done.size(); });
        fibers::yield();
        fibers::yield();
        go.set_result();
        CHECK(waiting.get() == 5'000);
    });
}
