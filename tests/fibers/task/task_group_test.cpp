// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/task_group.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::ExceptionGroup;
using fibers::TaskGroup;
using test::virtual_run;

namespace {

auto fail(const char* what) {
    return [what] { throw std::runtime_error(what); };
}

// The group that run() threw; empty text for none.
template <class Body>
std::string group_thrown_by(Body body) {
    try {
        TaskGroup::run(body);
    } catch (const ExceptionGroup& group) {
        return group.what();
    }
    return {};
}

}  // namespace

TEST_CASE("task group: waits for all of its tasks and gives what the body returned") {
    virtual_run([] {
        int sum = 0;
        const std::string result = TaskGroup::run([&](TaskGroup& group) {
            for (int i = 1; i <= 3; ++i) {
                group.create_task([&sum, i] {
                    fibers::sleep(std::chrono::seconds(i));
                    sum += i;
                });
            }
            group.create_task([&](int a, int b) { group.create_task([&sum, a, b] { sum += a * b; }); }, 2, 5);
            return std::string("body");
        });
        CHECK(result == "body");
        CHECK(sum == 16);
    });
}

TEST_CASE("g21: failures of one turn come together, sleepers are cancelled, nothing stays counted") {
    virtual_run([] {
        bool sleeper_cancelled = false;
        const std::string thrown = group_thrown_by([&](TaskGroup& group) {
            group.create_task(fail("first"));
            group.create_task(fail("second"));
            group.create_task([&] {
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    sleeper_cancelled = true;
                    throw;
                }
            });
        });
        CHECK(thrown ==
              "unhandled errors in a TaskGroup (2 sub-exceptions)\n"
              "  std::runtime_error('first')\n"
              "  std::runtime_error('second')");
        CHECK(sleeper_cancelled);
        CHECK(fibers::current_task().cancelling() == 0);
        fibers::sleep(1s);  // nothing is left to be delivered
    });
}

TEST_CASE("g22: a task's exception stands before the one that the body throws after it") {
    virtual_run([] {
        const std::string thrown = group_thrown_by([](TaskGroup& group) {
            group.create_task(fail("task"));
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                throw std::invalid_argument("body");
            }
        });
        CHECK(thrown ==
              "unhandled errors in a TaskGroup (2 sub-exceptions)\n"
              "  std::runtime_error('task')\n"
              "  std::invalid_argument('body')");
        CHECK(fibers::current_task().cancelling() == 0);
    });
}

TEST_CASE("g23: cancelled from outside while a task fails in its clean-up: the failure is what comes out") {
    virtual_run([] {
        auto task = create_task([] {
            TaskGroup::run([](TaskGroup& group) {
                group.create_task([] {
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        throw std::runtime_error("clean-up failed");
                    }
                });
                fibers::sleep(1h);
            });
        });
        fibers::sleep(1s);
        task.cancel();
        try {
            task.get();
            FAIL("no ExceptionGroup");
        } catch (const ExceptionGroup& group) {
            REQUIRE(group.exceptions().size() == 1);
            CHECK_THROWS_WITH(std::rethrow_exception(group.exceptions().front()), "clean-up failed");
        }
        CHECK_FALSE(task.cancelled());
        CHECK(task.cancelling() == 1);
    });
}

TEST_CASE("task group: cancelled from outside, it cancels its tasks, waits for them and lets it through") {
    const bool in_body = GENERATE(true, false);
    virtual_run([in_body] {
        bool cleaned_up = false;
        auto task = create_task([&] {
            TaskGroup::run([&](TaskGroup& group) {
                group.create_task([&] {
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        fibers::sleep(1s);
                        cleaned_up = true;
                        throw;
                    }
                });
                if (in_body) fibers::sleep(1h);
            });
        });
        fibers::sleep(1s);
        task.cancel("outside");
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: outside");
        CHECK(cleaned_up);
    });
}

TEST_CASE("task group: the body's own exception cancels the tasks and comes in a group, also when nested") {
    virtual_run([] {
        const std::string thrown = group_thrown_by([](TaskGroup& group) {
            group.create_task([] { TaskGroup::run([](TaskGroup&) { throw std::logic_error("inner"); }); });
            fibers::sleep(1h);
        });
        CHECK(thrown ==
              "unhandled errors in a TaskGroup (1 sub-exception)\n"
              "  unhandled errors in a TaskGroup (1 sub-exception)\n"
              "    std::logic_error('inner')");
    });
}

TEST_CASE("task group: a failed inner group does not swallow a cancellation of its task from outside") {
    virtual_run([] {
        auto task = create_task([] {
            try {
                TaskGroup::run([](TaskGroup& group) {
                    group.create_task([] {
                        fibers::sleep(1s);
                        throw std::runtime_error("failed");
                    });
                    group.create_task([] { fibers::shielded([] { fibers::sleep(5s); }); });
                });
            } catch (const ExceptionGroup&) {
            }
            fibers::sleep(1h);
        });
        fibers::sleep(2s);
        task.cancel("outside");
        CHECK(test::thrown_by([&] { task.get(); }).find("cancelled") == 0);
        CHECK(task.cancelled());
    });
}

TEST_CASE("task group: one that is shutting down takes no tasks") {
    virtual_run([] {
        std::string refused;
        const std::string thrown = group_thrown_by([&](TaskGroup& group) {
            group.create_task([&] {
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    refused = test::thrown_by([&] { group.create_task([] {}); });
                }
            });
            fibers::yield();
            group.create_task(fail("x"));
        });
        CHECK(refused == "TaskGroup is shutting down");
        CHECK_FALSE(thrown.empty());
    });
}

TEST_CASE("task group: inside a timeout all of its tasks end with the time") {
    virtual_run([] {
        int ended = 0;
        CHECK_THROWS_AS(fibers::timeout(1s,
                                        [&] {
                                            TaskGroup::run([&](TaskGroup& group) {
                                                for (int i = 0; i < 3; ++i) {
                                                    group.create_task([&] {
                                                        try {
                                                            fibers::sleep(1h);
                                                        } catch (const CancelledError&) {
                                                            ++ended;
                                                            throw;
                                                        }
                                                    });
                                                }
                                            });
                                        }),
                        fibers::TimeoutError);
        CHECK(ended == 3);
    });
}

TEST_CASE("task group: outside a task there is none") {
    CHECK_THROWS_AS(TaskGroup::run([](TaskGroup&) {}), fibers::RuntimeError);
}

TEST_CASE("task group: in a forked child, which has no loop, it says so") {
    fibers::run([] {
        try {
            TaskGroup::run([](TaskGroup& group) {
                group.create_task([] { fibers::sleep(1us); });
                const pid_t child = ::fork();
                if (child == 0) return;
                int status = 0;
                CHECK(::waitpid(child, &status, 0) == child);
                CHECK(status == 0);
            });
        } catch (const fibers::RuntimeError&) {
            ::_exit(0);  // only the child gets here
        }
    });
}

TEST_CASE(
    "task_group: a parent that cancels itself before it waits lets tasks begin that are ready by then") {
    virtual_run([] {
        bool began = false;
        const auto parent = create_task([&] {
            TaskGroup::run([&](TaskGroup& group) {
                group.create_task([&] {
                    began = true;
                    fibers::sleep(1h);
                });
                fibers::current_task().cancel();
            });
        });
        fibers::sleep(1s);
        CHECK(began);
        CHECK(parent.cancelled());
    });
}
