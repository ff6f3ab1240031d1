// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/task.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/ensure_future.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/shield.hpp"
#include "fibers/task/wait.hpp"
#include "fibers/task/wait_for.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::Task;
using test::virtual_run;

namespace {

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

}  // namespace

TEST_CASE("g1: tasks start after their creator lets others run, in the order of creation") {
    std::vector<std::string> log;
    virtual_run([&] {
        for (int i = 0; i < 3; ++i) create_task([&log, i] { log.push_back(std::to_string(i)); });
        log.push_back("after-create");
        fibers::yield();
    });
    CHECK(log == std::vector<std::string>{"after-create", "0", "1", "2"});
}

TEST_CASE("g24: the body of a task that is cancelled before its first run never runs, but dies") {
    bool ran = false;
    auto held = std::make_shared<int>(1);
    virtual_run([&] {
        auto task = create_task([&ran, held] { ran = true; });
        CHECK(task.cancel("early"));
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: early");
        CHECK(task.cancelled());
        CHECK(held.use_count() == 1);
    });
    CHECK_FALSE(ran);
}

TEST_CASE("g25: a task may swallow its cancellation, the requests stay counted and its result is normal") {
    virtual_run([] {
        auto task = create_task([] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
            }
            return 7;
        });
        fibers::yield();
        CHECK(task.cancel());
        CHECK(task.cancel());
        CHECK(task.get() == 7);
        CHECK(task.cancelling() == 2);
        CHECK_FALSE(task.cancelled());
        CHECK_FALSE(task.cancel());
    });
}

TEST_CASE("g28: an exception that nobody read is reported with the task's name and place, once") {
    const test::Reports reports;
    virtual_run([] {
        create_task([] { throw std::runtime_error("boom"); }, {.name = "lost"});
        auto read = create_task([] { throw std::runtime_error("read"); });
        CHECK_THROWS(read.get());
        auto looked_at = create_task([] { throw std::runtime_error("read"); });
        fibers::yield();
        CHECK(looked_at.exception() != nullptr);
        auto cancelled = create_task([] {});
        cancelled.cancel();
        fibers::yield();
    });
    REQUIRE(reports.messages().size() == 1);
    const std::string& message = reports.messages().front();
    CHECK(message.find("Task exception was never retrieved: <Task finished name='lost' created at ") == 0);
    CHECK(message.find("task_test.cpp:") != std::string::npos);
    CHECK(message.find("exception=std::runtime_error('boom')") != std::string::npos);
}

TEST_CASE("g29: a task cannot wait for itself") {
    virtual_run([] {
        Task<void> self;
        self = create_task([&] { self.get(); });
        CHECK_THROWS_WITH(self.get(), Catch::StartsWith("Task cannot await on itself: <Task pending"));
        self = create_task([&] { fibers::wait_for(self, 1s); });
        CHECK_THROWS_WITH(self.get(), Catch::StartsWith("Task cannot await on itself: <Task pending"));
    });
}

TEST_CASE(
    "g29: a task that waits for itself by way of gather, shield or wait is a deadlock that is reported") {
    const auto by_way_of = [](void (*wait_for)(const Task<void>&)) {
        Task<void> self;  // outlives main, which ends first
        virtual_run([&] {
            self = create_task([&] { wait_for(self); }, {.name = "the loop"});
            self.get();
        });
    };
    const auto names_it = Catch::Contains("the loop waits for ");
    CHECK_THROWS_WITH(by_way_of([](const Task<void>& self) { fibers::gather(self).get(); }), names_it);
    CHECK_THROWS_WITH(by_way_of([](const Task<void>& self) { fibers::shield(self).get(); }), names_it);
    CHECK_THROWS_WITH(by_way_of([](const Task<void>& self) { fibers::wait(std::vector{self}); }), names_it);
}

TEST_CASE("two tasks that wait for each other are a deadlock that names both") {
    Task<void> left;
    Task<void> right;
    const auto main = [&] {
        left = create_task([&] { right.get(); }, {.name = "left"});
        right = create_task([&] { left.get(); }, {.name = "right"});
        left.get();
    };
    CHECK_THROWS_WITH(virtual_run(main), Catch::Contains("left waits for the end of right (created at ") &&
                                             Catch::Contains("right waits for the end of left (created at "));
    CHECK_THROWS_AS(virtual_run(main), fibers::DeadlockError);
}

TEST_CASE("create_task: arguments are copied or moved as by std::thread, results of any kind come back") {
    virtual_run([] {
        int target = 5;
        auto sum =
            create_task([](std::unique_ptr<int> a, int b) { return *a + b; }, std::make_unique<int>(3), 4);
        CHECK(sum.get() == 7);
        auto by_reference = create_task([](int& r) -> int& { return r; }, std::ref(target));
        CHECK(&by_reference.get() == &target);
        CHECK(*create_task([] { return std::make_unique<int>(9); }).get() == 9);
        auto four = create_task([](int a, int b, int c, int d) { return a * b * c * d; }, 1, 2, 3, 4);
        CHECK(four.get() == 24);
        std::string text = "before";
        auto copied = create_task([](const std::string& s) { return s; }, text);
        text = "after";
        CHECK(copied.get() == "before");
    });
}

template <class Handle>
concept Settable = requires(Handle handle) {
    handle.set_result(1);
}
|| requires(Handle handle) {
    handle.set_exception(std::exception_ptr());
};

TEST_CASE("a task's result cannot be set: the type has no such member") {
    STATIC_REQUIRE(Settable<fibers::Promise<int>>);
    STATIC_REQUIRE_FALSE(Settable<fibers::Task<int>>);
    STATIC_REQUIRE_FALSE(Settable<fibers::Future<int>>);
}

TEST_CASE("get: many may wait, the last handle moves the value out, others copy") {
    virtual_run([] {
        auto task = create_task([] {
            fibers::sleep(1s);
            return std::string("value");
        });
        auto first = create_task([task] { return task.get(); });
        auto second = create_task([task] { return task.get(); });
        CHECK(first.get() + second.get() == "valuevalue");
        auto copy = task;
        CHECK(std::move(copy).get() == "value");
        CHECK(task.get() == "value");
        CHECK(std::move(task).get() == "value");
    });
}

TEST_CASE("a task outlives its handle, and a finished one gives back all that its callable held") {
    auto held = std::make_shared<int>(0);
    virtual_run([&] {
        create_task([held] {
            fibers::sleep(1s);
            *held = 1;
        });
        CHECK(held.use_count() == 2);
        fibers::sleep(2s);
        CHECK(*held == 1);
        auto task = create_task([held] {});
        task.get();
        CHECK(held.use_count() == 1);
    });
}

TEST_CASE("cancel: who waits for a task hands its cancellation on to that task") {
    virtual_run([] {
        auto inner = create_task([] { fibers::sleep(1h); });
        auto outer = create_task([inner] { inner.get(); });
        fibers::yield();
        CHECK(outer.cancel("why"));
        CHECK(test::thrown_by([&] { outer.get(); }) == "cancelled: why");
        CHECK(inner.cancelled());
        CHECK(outer.cancelled());
    });
}

TEST_CASE(
    "cancel: of oneself it comes at the next suspension point, or makes the task cancelled at its end") {
    virtual_run([] {
        auto waits = create_task([] {
            fibers::current_task().cancel("self");
            fibers::sleep(1h);
        });
        auto returns = create_task([] {
            fibers::current_task().cancel("late");
            return 1;
        });
        CHECK(test::thrown_by([&] { waits.get(); }) == "cancelled: self");
        CHECK(test::thrown_by([&] { returns.get(); }) == "cancelled: late");
    });
}

TEST_CASE("uncancel: the last one takes back a cancellation that was not delivered") {
    virtual_run([] {
        auto task = create_task([] {
            const fibers::AnyTask self = fibers::current_task();
            self.cancel();
            self.cancel();
            CHECK(self.uncancel() == 1);
            CHECK(self.uncancel() == 0);
            CHECK(self.uncancel() == 0);
            fibers::sleep(1s);
            return 3;
        });
        CHECK(task.get() == 3);
    });
}

TEST_CASE("a CancelledError is no std::exception, a task that throws one is cancelled") {
    virtual_run([] {
        auto task = create_task([] {
            try {
                throw CancelledError("mine");
            } catch (const std::exception&) {
                FAIL("a std::exception");
            }
        });
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: mine");
        CHECK(task.cancelled());
        CHECK_THROWS_AS(task.exception(), CancelledError);
    });
}

TEST_CASE("shielded: a cancellation waits until after it") {
    virtual_run([] {
        bool through = false;
        auto task = create_task([&] {
            fibers::shielded([&] {
                fibers::sleep(1s);
                through = true;
            });
            fibers::sleep(1h);
        });
        fibers::yield();
        task.cancel("held");
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: held");
        CHECK(through);
    });
}

TEST_CASE("current_task and all_tasks: who runs, and who is not done") {
    CHECK_THROWS_AS(fibers::current_task(), fibers::RuntimeError);
    CHECK_THROWS_AS(create_task([] {}), fibers::RuntimeError);
    virtual_run([] {
        const fibers::AnyTask me = fibers::current_task();
        auto other = create_task([] { fibers::sleep(1s); }, {.name = "other"});
        CHECK(fibers::all_tasks() == std::vector<fibers::AnyTask>{me, other});
        other.get();
        CHECK(fibers::all_tasks() == std::vector<fibers::AnyTask>{me});
        CHECK(other.name() == "other");
        CHECK(me.name().find("Task-") == 0);
    });
}

TEST_CASE("set_name: reports call it so from then on, an empty one gives the default back") {
    virtual_run([] {
        auto task = create_task([] {
            fibers::current_task().set_name("itself");
            fibers::sleep(1s);
        });
        const std::string before = task.name();
        task.set_name("a name that is too long to stand in the string itself");
        CHECK(task.name() == "a name that is too long to stand in the string itself");
        fibers::yield();
        CHECK(task.name() == "itself");
        CHECK(fibers::kernel::this_scheduler->describe_waiting().find("itself waits for") !=
              std::string::npos);
        task.set_name({});
        CHECK(task.name() == before);
        CHECK(fibers::kernel::this_scheduler->describe_waiting().find(before + " waits") !=
              std::string::npos);
        task.get();
        task.set_name("done");
        CHECK(printed(task).find("<Task finished name='done' created at ") == 0);
    });
}

TEST_CASE("ensure_future: a callable becomes a task, tasks and futures stay what they are") {
    virtual_run([] {
        auto task = fibers::ensure_future([] { return 5; });
        CHECK(task.created_at().line() == __LINE__ - 1);
        const Task<int> same = fibers::ensure_future(task);
        CHECK(same == task);
        fibers::Promise<int> promise;
        const fibers::Future<int> future = fibers::ensure_future(promise.future());
        CHECK(future == promise.future());
        CHECK(task.get() == 5);
    });
}

TEST_CASE("printing: kind, state, name, the user's file and line, and how it ended") {
    virtual_run([] {
        auto task = create_task([] { return 42; }, {.name = "answer"});
        const std::string where = " name='answer' created at " + std::string(__FILE__) + ":" +
                                  std::to_string(task.created_at().line());
        CHECK(task.created_at().line() == __LINE__ - 3);
        CHECK(printed(task) == "<Task pending" + where + ">");
        task.get();
        CHECK(printed(task) == "<Task finished" + where + " result=42>");
        auto failed = create_task([] { throw std::logic_error("no"); });
        CHECK_THROWS(failed.get());
        CHECK_THAT(printed(failed), Catch::EndsWith(" exception=std::logic_error('no')>"));
        auto cancelled = create_task([] { fibers::sleep(1h); });
        fibers::yield();
        CHECK_THAT(printed(cancelled), Catch::EndsWith(" waiting for a sleep>"));
        auto waiting = create_task([cancelled] { cancelled.get(); });
        fibers::yield();
        CHECK_THAT(printed(waiting), Catch::EndsWith(" waiting for the end of " + cancelled.name() + ">"));
        cancelled.cancel();
        CHECK_THAT(printed(cancelled), Catch::StartsWith("<Task cancelling name='Task-"));
        fibers::yield();
        CHECK_THAT(printed(cancelled), Catch::StartsWith("<Task cancelled name='Task-"));
        const fibers::Promise<int> promise;
        const std::string line = std::to_string(__LINE__ - 1);
        CHECK(printed(promise.future()) ==
              "<Future pending created at " + std::string(__FILE__) + ":" + line + ">");
        CHECK(printed(Task<int>()) == "<no future>");
    });
}
