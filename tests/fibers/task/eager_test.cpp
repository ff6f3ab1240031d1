// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fibers/context.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/ensure_future.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/task.hpp"
#include "fibers/task/task_group.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::current_task;
using fibers::TaskOptions;
using test::virtual_run;

namespace {

const TaskOptions eager{.eager = true};

}  // namespace

TEST_CASE("eager task: it runs at once to its first suspension, its creator goes on before all others") {
    std::string log;
    virtual_run([&] {
        create_task([&] { log += "other, "; });
        auto task = create_task(
            [&] {
                log += "begin, ";
                fibers::yield();
                log += "end, ";
            },
            eager);
        log += "created, ";
        CHECK_FALSE(task.done());
        task.get();
    });
    CHECK(log == "begin, created, other, end, ");
}

TEST_CASE(
    "eager task: one that never suspends is done when create_task() returns, with its value or exception") {
    const test::Reports reports;
    virtual_run([] {
        auto value = create_task([] { return 3; }, eager);
        CHECK(value.done());
        CHECK(value.result() == 3);
        auto failed = create_task([] { throw std::runtime_error("boom"); }, eager);
        CHECK(failed.done());
        CHECK_THROWS_WITH(failed.get(), "boom");
        auto cancelled = create_task([] { throw CancelledError("mine"); }, eager);
        CHECK(cancelled.cancelled());
        create_task([] { throw std::runtime_error("unread"); }, {.name = "unread", .eager = true});
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("Task exception was never retrieved: <Task finished name='unread'") == 1);
}

TEST_CASE("eager task: while it runs it is the current task, then its creator is again, with its own state") {
    virtual_run([] {
        const auto creator = current_task();
        fibers::AnyTask seen;
        const auto all = [] { return fibers::all_tasks(); };
        try {
            throw std::logic_error("in flight");
        } catch (...) {
            errno = 5;
            auto task = create_task(
                [&] {
                    CHECK(std::current_exception() == nullptr);
                    errno = 7;
                    seen = current_task();
                    CHECK(all() == std::vector{creator, seen});
                    CHECK_FALSE(seen.done());
                    try {
                        throw 1;
                    } catch (int) {
                        fibers::sleep(1s);
                        CHECK_THROWS_AS(std::rethrow_exception(std::current_exception()), int);
                    }
                    CHECK(current_task() == seen);
                },
                eager);
            CHECK(errno == 5);
            CHECK_THROWS_WITH(std::rethrow_exception(std::current_exception()), "in flight");
            CHECK(current_task() == creator);
            CHECK(seen == task);
            task.get();
        }
    });
}

TEST_CASE("eager task: nested ones come back one by one, innermost first") {
    std::string log;
    virtual_run([&] {
        create_task([&] { log += "other, "; });
        auto outer = create_task(
            [&] {
                auto inner = create_task(
                    [&] {
                        auto innermost = create_task([&] { log += "3, "; }, eager);
                        log += "2, ";
                        fibers::yield();
                        log += "inner ends, ";
                    },
                    eager);
                log += "1, ";
                inner.get();
                log += "outer ends, ";
            },
            eager);
        log += "0, ";
        outer.get();
    });
    CHECK(log == "3, 2, 1, 0, other, inner ends, outer ends, ");
}

TEST_CASE("eager task: it may cancel its creator, be cancelled, and wait for nobody who waits for it") {
    virtual_run([] {
        auto creator = create_task([] {
            auto task = create_task([creator = current_task()] { creator.cancel("by its child"); }, eager);
            CHECK(task.done());
            CHECK(current_task().cancelling() == 1);
            fibers::sleep(1h);
        });
        CHECK(test::thrown_by([&] { creator.get(); }) == "cancelled: by its child");
        auto task = create_task([] { fibers::sleep(1h); }, eager);
        CHECK(task.cancel("early"));
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: early");
        auto itself = create_task(
            [] {
                current_task().cancel("itself");
                fibers::yield();
            },
            eager);
        CHECK_FALSE(itself.done());
        fibers::yield();
        CHECK(itself.cancelled());
    });
}

TEST_CASE("eager task: one made by a callback runs within the callback, those it makes run within it") {
    std::string log;
    virtual_run([&] {
        fibers::Promise<void> promise;
        fibers::Task<void> task;
        promise.future().add_done_callback([&] { log += "earlier callback, "; });
        promise.future().add_done_callback([&] {
            log += "callback, ";
            task = create_task(
                [&] {
                    log += "begin, ";
                    create_task(
                        [&] {
                            log += "inner, ";
                            fibers::yield();
                            log += "inner ends, ";
                        },
                        eager);
                    log += "waits, ";
                    fibers::yield();
                    log += "end, ";
                },
                eager);
            CHECK_FALSE(current_task().valid());
            log += "callback ends, ";
        });
        create_task([&] { log += "other, "; });
        promise.set_result();
        create_task([&] { log += "another, "; });
        fibers::sleep(1s);
        CHECK(task.done());
    });
    CHECK(
        log ==
        "other, earlier callback, callback, begin, inner, waits, callback ends, another, inner ends, end, ");
}

TEST_CASE("eager task: one made when a timer rings runs to its first suspension and goes on later") {
    virtual_run([] {
        struct Alarm : fibers::kernel::Timer {
            Alarm()
                : Timer([](Timer& timer) noexcept {
                      auto& self = static_cast<Alarm&>(timer);
                      self.task = create_task(
                          [] {
                              fibers::sleep(1s);
                              return 4;
                          },
                          eager);
                      self.rang = true;
                  }) {}
            fibers::Task<int> task;
            bool rang = false;
        } alarm;
        auto& scheduler = *fibers::kernel::this_scheduler;
        scheduler.timers().add(alarm, scheduler.now() + 1s);
        fibers::sleep(1500ms);
        REQUIRE(alarm.rang);
        CHECK_FALSE(alarm.task.done());
        CHECK(alarm.task.get() == 4);
    });
}

TEST_CASE("eager task: it has its own copy of the context variables, or the one it was given") {
    virtual_run([] {
        const fibers::ContextVar<int> number("number");
        number.set(1);
        create_task([&] { number.set(number.get() + 1); }, eager);
        CHECK(number.get() == 1);
        const fibers::Context chosen;
        create_task([&] { number.set(5); }, {.eager = true, .context = chosen});
        CHECK(number.get() == 1);
        CHECK(chosen.get(number) == 5);
    });
}

TEST_CASE("eager task: in a TaskGroup its failure ends the group as any other's") {
    virtual_run([] {
        bool cancelled = false;
        CHECK_THROWS_AS(fibers::TaskGroup::run([&](fibers::TaskGroup& group) {
                            auto failed =
                                group.create_task([] { throw std::runtime_error("at once"); }, eager);
                            CHECK(failed.done());
                            try {
                                fibers::sleep(1h);
                            } catch (const CancelledError&) {
                                cancelled = true;
                                throw;
                            }
                        }),
                        fibers::ExceptionGroup);
        CHECK(cancelled);
        CHECK(current_task().cancelling() == 0);
    });
}

TEST_CASE("eager task: many that end at once leave the order of the others alone") {
    std::vector<int> order;
    virtual_run([&] {
        std::vector<fibers::Task<void>> tasks;
        for (int i = 0; i < 100; ++i) {
            tasks.push_back(create_task([&order, i] { order.push_back(i); }));
            create_task([] {}, eager);
        }
        for (const auto& task : tasks) task.get();
    });
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
}
