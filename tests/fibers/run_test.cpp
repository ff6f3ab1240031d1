// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/run.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fibers/error.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::DeadlockError;
using test::virtual_run;

TEST_CASE("run: gives main's value, of any kind, or its exception, again and again") {
    CHECK(fibers::run([] { return 3; }) == 3);
    CHECK(*fibers::run([] { return std::make_unique<int>(4); }) == 4);
    int target = 0;
    CHECK(&fibers::run([&]() -> int& { return target; }) == &target);
    CHECK_THROWS_WITH(fibers::run([] { throw std::runtime_error("main's"); }), "main's");
    fibers::run([] { CHECK(fibers::current_task().name() == "first"); }, {.name = "first"});
}

TEST_CASE("run: not inside another run, side by side on several threads") {
    virtual_run([] {
        CHECK_THROWS_WITH(fibers::run([] {}),
                          Catch::StartsWith("fibers::run() cannot be called from a running event loop"));
    });
    int other = 0;
    fibers::run([&] {
        std::thread thread([&] { other = fibers::run([] { return 2; }); });
        thread.join();
    });
    CHECK(other == 2);
}

TEST_CASE("run: with too few descriptors for a loop it says what to raise, and the program goes on") {
    bool ran = false;
    const auto body = [&] { ran = true; };
    // UBSan, too, needs descriptors, for the first look at an object of each class: so all are looked at now.
    fibers::run(body);
    ran = false;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit few{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    std::vector<int> taken;
    for (int fd = 0; (fd = ::dup(STDERR_FILENO)) >= 0;) taken.push_back(fd);
    // A loop takes five or so: each number that is too small fails in another place.
    std::vector<std::exception_ptr> errors;
    while (!ran && taken.size() > 1) {
        try {
            fibers::run(body);
        } catch (...) {
            errors.push_back(std::current_exception());
        }
        ::close(taken.back());
        taken.pop_back();
    }
    for (const int fd : taken) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(ran);
    CHECK(errors.size() >= 4);
    for (const auto& error : errors) {
        CHECK_THROWS_AS(std::rethrow_exception(error), fibers::ResourceError);
        CHECK_THROWS_WITH(std::rethrow_exception(error), Catch::Contains("raise 'ulimit -n'"));
    }
}

TEST_CASE("g37: when main returns, tasks that are left are cancelled, and their clean-up is waited for") {
    std::string log;
    virtual_run([&] {
        create_task([&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                fibers::sleep(1s);
                log += "cleaned up";
                throw;
            }
        });
        fibers::yield();
    });
    log += ", run is over";
    CHECK(log == "cleaned up, run is over");
}

TEST_CASE("run: an exception of a task in the shutdown is reported, once") {
    const test::Reports reports;
    virtual_run([] {
        create_task(
            [] {
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    throw std::runtime_error("at the end");
                }
            },
            {.name = "last"});
        fibers::yield();
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("unhandled exception during fibers::run() shutdown: <Task finished name='last'") ==
          1);
    CHECK(reports.count("std::runtime_error('at the end')") == 1);
}

TEST_CASE("run: a main that is cancelled ends with CancelledError") {
    CHECK(test::thrown_by([] {
              virtual_run([] {
                  fibers::current_task().cancel("by itself");
                  fibers::yield();
              });
          }) == "cancelled: by itself");
}

TEST_CASE("run: a deadlock is an error that names who waits, for what, created where, destructors run") {
    bool destroyed = false;
    std::string report;
    const auto main = [&] {
        fibers::Event never_set;
        auto waiter = create_task(
            [&] {
                const std::shared_ptr<void> guard(nullptr, [&](void*) { destroyed = true; });
                never_set.wait();
            },
            {.name = "waiter"});
        waiter.get();
    };
    try {
        fibers::run(main, {.name = "the main one"});
        FAIL("no DeadlockError");
    } catch (const DeadlockError& e) {
        report = e.what();
    }
    CHECK(destroyed);
    CHECK(report.find("deadlock") == 0);
    CHECK(report.find("the main one waits for the end of waiter (created at ") != std::string::npos);
    CHECK(report.find("waiter waits for an Event (created at ") != std::string::npos);
    CHECK(report.find("run_test.cpp:") != std::string::npos);
}

TEST_CASE("run: a deadlock is an error even if main swallows the cancellation that ends it") {
    CHECK_THROWS_AS(virtual_run([] {
                        try {
                            fibers::Event().wait();
                        } catch (const CancelledError&) {
                        }
                        return 3;
                    }),
                    DeadlockError);
}

TEST_CASE("g28: a task that nothing can end is given up with a report, not waited for in a loop") {
    const test::Reports reports;
    static fibers::Event never_set;
    const auto shielded = [] { fibers::shielded([] { never_set.wait(); }); };
    CHECK_THROWS_AS(fibers::run(shielded, {.name = "stuck"}), DeadlockError);
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("Task was destroyed but it is pending! <Task cancelling name='stuck' created at ") ==
          1);
    static fibers::Event never_set_either;  // at the other the given-up fiber still waits
    const auto waits_again = [] {
        for (;;) {
            try {
                never_set_either.wait();
            } catch (const CancelledError&) {
            }
        }
    };
    CHECK_THROWS_AS(fibers::run(waits_again), DeadlockError);
    CHECK(reports.messages().size() == 2);
}

TEST_CASE("run: a done callback that main leaves behind still runs") {
    bool called = false;
    virtual_run([&] {
        fibers::Promise<void> promise;
        promise.future().add_done_callback([&] { called = true; });
        promise.set_result();
    });
    CHECK(called);
}

TEST_CASE("run: handles can be read after it") {
    fibers::Task<std::string> kept;
    virtual_run([&] {
        kept = create_task([] { return std::string("kept"); });
        fibers::yield();
    });
    CHECK(kept.done());
    CHECK(kept.get() == "kept");
}

TEST_CASE("run: tasks that clean-up makes at the end are cancelled, too") {
    std::string log;
    virtual_run([&] {
        create_task([&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                create_task([&] {
                    try {
                        fibers::sleep(1h);
                        log += "slept on";
                    } catch (const CancelledError&) {
                        log += "cancelled";
                        throw;
                    }
                });
                fibers::yield();
                throw;
            }
        });
        fibers::yield();
    });
    CHECK(log == "cancelled");
}

TEST_CASE("run: tasks that wait for one another in a ring are a deadlock that is reported") {
    fibers::Task<void> ring[2];
    const auto main = [&] {
        for (int i : {0, 1}) ring[i] = create_task([&, i] { ring[1 - i].get(); });
        ring[0].get();
    };
    CHECK_THROWS_WITH(virtual_run(main), Catch::Contains("waits for the end of Task-"));
}
