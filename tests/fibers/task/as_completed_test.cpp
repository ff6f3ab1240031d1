// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/as_completed.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::AnyFuture;
using fibers::as_completed;
using fibers::create_task;
using fibers::Task;
using fibers::TimeoutError;
using test::virtual_run;

namespace {

Task<int> after(fibers::Duration d, int value) {
    return create_task([d, value] {
        fibers::sleep(d);
        return value;
    });
}

fibers::TimePoint now() {
    return fibers::kernel::running_fiber().scheduler.now();
}

}  // namespace

static_assert(std::input_iterator<fibers::AsCompleted<Task<int>>::Iterator>);

TEST_CASE("g11: as_completed gives the very tasks in the order in which they end") {
    virtual_run([] {
        const std::vector tasks{after(3s, 0), after(1s, 1), after(2s, 2)};
        std::vector<Task<int>> given;
        const auto begin = now();
        for (Task<int>& task : as_completed(tasks)) {
            CHECK(task.done());
            given.push_back(task);
            CHECK(now() == begin + 1s * given.size());
        }
        CHECK(given == std::vector{tasks[1], tasks[2], tasks[0]});
    });
}

TEST_CASE("g12: as_completed: when the time is over the next one is a TimeoutError, no task is cancelled") {
    virtual_run([] {
        const std::vector tasks{after(1h, 0), after(1s, 1)};
        int given = 0;
        const auto begin = now();
        const auto go_through = [&] {
            for (auto& task : as_completed(tasks, 10s)) given += task.get();
        };
        CHECK_THROWS_AS(go_through(), TimeoutError);
        CHECK(now() == begin + 10s);
        CHECK(given == 1);
        CHECK_FALSE(tasks[0].done());
        CHECK(tasks[0].cancelling() == 0);
        CHECK(tasks[0].get() == 0);
    });
}

TEST_CASE("as_completed: a future given twice comes once, those of one turn come in the order of ending") {
    virtual_run([] {
        auto a = after(1s, 1);
        auto b = after(1s, 2);
        auto c = create_task([] { return 3; });
        c.get();
        std::string order;
        for (auto& task : as_completed({b, a, c, b, a})) order += std::to_string(task.result());
        CHECK(order == "312");
    });
}

TEST_CASE("as_completed: of nothing it gives nothing, and lets nobody run") {
    bool ran = false;  // by the end of run()
    virtual_run([&] {
        create_task([&] { ran = true; });
        for (auto& task : as_completed(std::vector<Task<int>>(), 0s)) task.cancel();
        CHECK_FALSE(ran);
    });
}

TEST_CASE("as_completed: failures and cancellations are given too, it reads none of them") {
    const test::Reports reports;
    virtual_run([] {
        auto boom = create_task([]() -> int { throw std::runtime_error("boom"); });
        auto cancelled = after(1h, 0);
        cancelled.cancel();
        auto unread = create_task([]() -> int { throw std::runtime_error("unread"); });
        int given = 0;
        for (auto& task : as_completed({boom, cancelled, unread})) {
            ++given;
            if (task == boom) CHECK_THROWS_WITH(task.get(), "boom");
            if (task == cancelled) CHECK(task.cancelled());
        }
        CHECK(given == 3);
    });
    CHECK(reports.messages().size() == 1);
    CHECK(reports.count("unread") == 1);
}

TEST_CASE("as_completed: what ended in time is given however late the loop asks, what did not is too late") {
    virtual_run([] {
        const std::vector tasks{after(1s, 0), after(2s, 1), after(20s, 2)};
        std::vector<int> given;
        const auto go_through = [&] {
            for (auto& task : as_completed(tasks, 10s)) {
                given.push_back(task.get());
                fibers::sleep(1min);
            }
        };
        CHECK_THROWS_AS(go_through(), TimeoutError);
        CHECK(given == std::vector{0, 1});
        CHECK(tasks[2].done());
        for (auto& task : as_completed({tasks[0]}, 1ms)) {
            fibers::sleep(1s);
            given.push_back(task.get());
        }
        CHECK(given.size() == 3);  // all were given: no time is over any more
    });
}

TEST_CASE("as_completed: each task that is late is one TimeoutError, then it is at its end") {
    virtual_run([] {
        auto range = as_completed({after(1s, 0), after(1h, 1), after(2h, 2)}, 10s);
        CHECK(range.next()->get() == 0);
        CHECK_THROWS_AS(range.next(), TimeoutError);
        CHECK_THROWS_AS(range.next(), TimeoutError);
        CHECK(range.next() == nullptr);
        CHECK(range.begin() == range.end());
    });
}

TEST_CASE("as_completed: with no time left only what is done already is given") {
    virtual_run([] {
        auto done = create_task([] { return 1; });
        done.get();
        auto range = as_completed({create_task([] { return 2; }), done}, -1s);
        CHECK(range.next()->get() == 1);
        CHECK_THROWS_AS(range.next(), TimeoutError);
    });
}

TEST_CASE("as_completed: what ends together with the time counts as asyncio's order of events has it") {
    virtual_run([] {
        auto first = after(1s, 1);  // its sleep was begun before the time was
        fibers::yield();
        auto range = as_completed({first, after(1s, 2)}, 1s);
        CHECK_THROWS_AS(range.next(), TimeoutError);
        CHECK(first.done());
    });
}

TEST_CASE("as_completed: cancelling who waits leaves the tasks as they are and takes nothing away") {
    virtual_run([] {
        const std::vector tasks{after(1s, 0), after(2s, 1)};
        auto waiting = create_task([&] {
            auto range = as_completed(tasks);
            CHECK(test::thrown_by([&] { range.next(); }) == "cancelled: why");
            int sum = 0;
            for (auto& task : range) sum += 1 + task.get();
            return sum;
        });
        fibers::yield();
        fibers::yield();
        waiting.cancel("why");
        CHECK(waiting.get() == 3);
        CHECK(tasks[0].cancelling() + tasks[1].cancelling() == 0);
    });
}

TEST_CASE("as_completed: who leaves the loop early leaves the tasks as they are") {
    virtual_run([] {
        const std::vector tasks{after(2s, 0), after(1s, 1)};
        for (auto& task : as_completed(tasks, 1h)) {
            CHECK(task == tasks[1]);
            break;
        }
        CHECK(fibers::gather(tasks).get() == std::vector{0, 1});
    });
}

TEST_CASE("as_completed: takes handles of any kind and gives the last one of what is moved in") {
    virtual_run([] {
        fibers::Promise<void> promise;
        auto task = after(1s, 1);
        promise.set_result();
        std::vector<AnyFuture> given;
        for (AnyFuture& future : as_completed({AnyFuture(task), AnyFuture(promise.future())})) {
            given.push_back(future);
        }
        CHECK(given == std::vector<AnyFuture>{promise.future(), task});
        std::vector<Task<std::unique_ptr<int>>> last;
        last.push_back(create_task([] { return std::make_unique<int>(5); }));
        for (auto& only : as_completed(std::move(last))) CHECK(*std::move(only).get() == 5);
    });
}

TEST_CASE("as_completed: outside run() there is none, nor for NaN seconds or an empty handle") {
    std::vector<Task<int>> tasks;
    CHECK_THROWS_AS(as_completed(tasks), fibers::RuntimeError);
    virtual_run([] {
        const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
        CHECK_THROWS_AS(as_completed({after(1s, 1)}, nan), std::invalid_argument);
        CHECK_THROWS_AS(as_completed(std::vector<Task<int>>(1)), fibers::InvalidStateError);
        const std::chrono::duration<double> half(0.5);
        CHECK_THROWS_AS(as_completed({after(1s, 1)}, half).next(), TimeoutError);
    });
}
