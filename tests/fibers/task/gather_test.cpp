// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/gather.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::gather;
using fibers::return_exceptions;
using fibers::Task;
using test::virtual_run;

namespace {

auto after(fibers::Duration d, int value) {
    return [d, value] {
        fibers::sleep(d);
        return value;
    };
}

auto boom_after(fibers::Duration d) {
    return [d]() -> int {
        fibers::sleep(d);
        throw std::runtime_error("boom");
    };
}

}  // namespace

TEST_CASE("g2: results come in the order of the arguments, a task given thrice runs once, none give none") {
    virtual_run([] {
        auto [slow, fast] = gather(
                                [] {
                                    fibers::sleep(20ms);
                                    return std::string("slow");
                                },
                                [] { return std::string("fast"); })
                                .get();
        CHECK(slow + fast == "slowfast");
        int runs = 0;
        auto task = create_task([&] {
            ++runs;
            return 7;
        });
        CHECK(gather(task, task, task).get() == std::tuple(7, 7, 7));
        CHECK(runs == 1);
        CHECK(gather().get() == std::tuple<>());
        CHECK(gather(std::vector<Task<int>>()).get().empty());
    });
}

TEST_CASE("g3: the first failure of tasks handed in propagates at once, the others go on") {
    const test::Reports reports;
    virtual_run([] {
        auto slow = create_task(after(20ms, 1));
        auto boom = create_task(boom_after(1ms));
        auto late_boom = create_task(boom_after(30ms));
        CHECK_THROWS_WITH(gather(slow, boom, late_boom).get(), "boom");
        CHECK_FALSE(slow.done());
        CHECK(slow.get() == 1);
        fibers::sleep(1s);
    });
    CHECK(reports.messages().empty());  // the late one counts as read
}

TEST_CASE("g4: with return_exceptions exceptions are results") {
    virtual_run([] {
        auto [failed, value] = gather(return_exceptions, boom_after(0ms), after(1ms, 2)).get();
        CHECK_FALSE(failed.has_value());
        CHECK_THROWS_WITH(failed.value(), "boom");
        CHECK(value.value() == 2);
        CHECK(value.exception() == nullptr);
        auto cancelled = create_task(after(1h, 1));
        cancelled.cancel();
        auto [outcome] = gather(return_exceptions, cancelled).get();
        CHECK(outcome.cancelled());
        CHECK_THROWS_AS(outcome.value(), CancelledError);
    });
}

TEST_CASE("g5: cancelling who waits for a gather cancels every child, with the message, whatever its kind") {
    virtual_run([] {
        auto a = create_task(after(1h, 1));
        auto b = create_task(after(1h, 2));
        auto waiting = create_task([&] { gather(return_exceptions, a, b).get(); });
        fibers::yield();
        fibers::yield();
        waiting.cancel("why");
        CHECK(test::thrown_by([&] { waiting.get(); }) == "cancelled: why");
        CHECK(a.cancelled());
        CHECK(b.cancelled());
    });
}

TEST_CASE(
    "g6: a child cancelled by somebody else fails the gather, not its siblings nor the task that waits") {
    virtual_run([] {
        auto a = create_task(after(1s, 1));
        auto b = create_task(after(2s, 2));
        create_task([a] { a.cancel("by another"); });
        CHECK(test::thrown_by([&] { gather(a, b).get(); }) == "cancelled: by another");
        CHECK(fibers::current_task().cancelling() == 0);
        CHECK(b.get() == 2);
    });
}

TEST_CASE(
    "gather: callables are owned: on a failure they are cancelled and waited for before it propagates") {
    virtual_run([] {
        int cleaned_up = 0;
        auto not_owned = create_task(after(1h, 1));
        const auto sleeper = [&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                fibers::sleep(1s);
                ++cleaned_up;
                throw;
            }
        };
        CHECK_THROWS_WITH(gather(sleeper, boom_after(1ms), not_owned, sleeper).get(), "boom");
        CHECK(cleaned_up == 2);
        CHECK_FALSE(not_owned.done());
        CHECK(not_owned.cancelling() == 0);
    });
}

TEST_CASE("gather: a handle that dies early cancels its callables and waits for them, uncancellably") {
    virtual_run([] {
        int cleaned_up = 0;
        auto task = create_task([&] {
            const auto group = gather([&] {
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    fibers::sleep(1s);
                    ++cleaned_up;
                    throw;
                }
            });
            fibers::sleep(1s);
            throw std::runtime_error("left early");
        });
        fibers::sleep(1500ms);  // inside the destructor
        task.cancel();
        CHECK_THROWS_WITH(task.get(), "left early");
        CHECK(cleaned_up == 1);
    });
}

TEST_CASE("gather: a plain future of it owns nothing: the tasks end with the handle") {
    virtual_run([] {
        const fibers::Future<std::tuple<int, int>> future = gather(after(1h, 1), after(1h, 2));
        CHECK(test::thrown_by([&] { future.get(); }) == "cancelled: ");
        CHECK(fibers::all_tasks().size() == 1);
    });
}

TEST_CASE("gather: one cancelled group of two in an outer group is that one's outcome only") {
    virtual_run([] {
        auto one = gather(after(1s, 1), after(2s, 2));
        auto other = gather(after(1s, 3), after(2s, 4));
        auto both = gather(return_exceptions, one, other);
        fibers::yield();
        CHECK(one.cancel("enough"));
        const auto outcomes = both.get();
        CHECK(test::thrown_by([&] { std::get<0>(outcomes).value(); }) == "cancelled: enough");
        CHECK(std::get<1>(outcomes).value() == std::tuple(3, 4));
        CHECK_FALSE(other.cancel());
    });
}

TEST_CASE("gather: ranges of callables, of tasks, made on the fly, void becomes std::monostate") {
    virtual_run([] {
        std::vector<std::function<int()>> functions{after(2ms, 1), after(1ms, 2)};
        CHECK(gather(functions).get() == std::vector{1, 2});
        std::vector<Task<void>> tasks{create_task([] {}), create_task([] {})};
        CHECK(gather(tasks).get().size() == 2);
        const auto outcomes = gather(return_exceptions, std::vector{boom_after(1ms), boom_after(2ms)}).get();
        CHECK_FALSE(outcomes[1].has_value());
        std::vector<std::unique_ptr<int>> moved =
            gather(std::vector{[] { return std::make_unique<int>(4); }}).get();
        CHECK(*moved.front() == 4);
        auto [nothing, reference] = gather([] {}, [&moved]() -> auto& { return moved; }).get();
        CHECK(nothing == std::monostate());
        CHECK(&reference.get() == &moved);
    });
}

TEST_CASE("gather: plain futures and done tasks take part, groups nest and keep what they own") {
    virtual_run([] {
        fibers::Promise<int> promise;
        auto done = create_task(after(0ms, 1));
        done.get();
        auto all = gather(promise.future(), done, gather(after(1s, 2), after(2s, 3)));
        fibers::yield();
        promise.set_result(0);
        CHECK(all.get() == std::tuple(0, 1, std::tuple(2, 3)));
    });
}

TEST_CASE("gather: its tasks say where gather() was called, one that nobody read is reported") {
    const test::Reports reports;
    const auto fails = [] {
        fibers::yield();
        throw std::runtime_error("unread");
    };
    const unsigned line = __LINE__ + 2;
    virtual_run([&] {
        const auto group = gather(fails);
        CHECK(fibers::all_tasks().back().created_at().line() == line);
        fibers::sleep(1s);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("gather() exception was never retrieved: <gather() finished created at ") == 1);
    CHECK(reports.count("gather_test.cpp:" + std::to_string(line)) == 1);
}

TEST_CASE("gather: news of its tasks that is on its way when the handle dies is taken out of the turn") {
    // Else the turn would be one too long: whoever gives way at its end would be switched to while it runs.
    virtual_run([] {
        try {
            const auto group = gather([] {}, [] {});
            throw std::runtime_error("early");
        } catch (const std::runtime_error&) {
        }
        bool others_ran = false;
        const auto other = create_task([&] { others_ran = true; });
        fibers::yield();
        CHECK(others_ran);
    });
}

TEST_CASE("gather: who waits and is cancelled when all tasks are done gets that with the news of them") {
    virtual_run([] {
        std::string order;
        const auto log_cancelled = [&order](const char* name, auto wait) {
            return [&order, name, wait] {
                try {
                    wait();
                } catch (const CancelledError&) {
                    order += name;
                }
            };
        };
        const auto three_turns = [] {
            for (int i = 0; i < 3; ++i) fibers::yield();
        };
        const auto done = create_task(three_turns);
        const auto waiting = create_task(log_cancelled(" gather", [done] { gather(done).get(); }));
        const auto sleeping = create_task(log_cancelled(" sleep", [] { fibers::sleep(1h); }));
        const auto canceller = create_task([&] {
            three_turns();
            CHECK(done.done());
            waiting.cancel();
            sleeping.cancel();
        });
        fibers::sleep(1s);
        CHECK(order == " sleep gather");
    });
}
