// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// ProcessPoolExecutor: calls in worker processes.
#include "fibers/executor_processes.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "fibers/executor.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::create_task;
using fibers::ProcessPoolExecutor;
using fibers::RemoteException;
using fibers::run_in_executor;
using test::thrown_by;

namespace {

struct Point {
    int x;
    double y;
    friend bool operator==(const Point&, const Point&) = default;
};

std::vector<std::string> repeat(const std::string& text, int times) {
    return std::vector<std::string>(static_cast<std::size_t>(times), text);
}

int child_pid() {
    return ::getpid();
}

class AppError : public std::out_of_range {
public:
    using std::out_of_range::out_of_range;
};

}  // namespace

TEST_CASE("ProcessPoolExecutor: a call is made in another process, its arguments and result are values") {
    ProcessPoolExecutor executor(1);
    const pid_t worker = executor.submit(&child_pid).get();
    CHECK(worker != ::getpid());
    CHECK(executor.submit(child_pid).get() == worker);
    CHECK(executor.submit([] { return ::getppid(); }).get() != ::getpid());
    CHECK(executor.submit(
                      [](Point p, int by) {
                          return Point{p.x * by, p.y * by};
                      },
                      Point{1, 2.5}, 2)
              .get() == Point{2, 5.0});
    CHECK(executor.submit(&repeat, "ab", 3).get() == repeat("ab", 3));
    CHECK(executor.submit([](std::string s) { return s.size(); }, std::string("a\0b", 3)).get() == 3);
    executor.submit([] {}).get();
    CHECK(executor.submit(&Point::x, Point{7, 0}).get() == 7);
    using Nested = std::vector<std::pair<std::string, std::vector<std::optional<int>>>>;
    const Nested nested{{"one", {1, std::nullopt}}, {"", {}}};
    CHECK(executor.submit([](const Nested& n) { return n; }, nested).get() == nested);
    const std::vector<bool> flags{true, false, true};
    CHECK(executor.submit([](const std::vector<bool>& f) { return f; }, flags).get() == flags);
    const std::tuple<int, std::string, std::vector<Point>> mixed{1, "x", {{1, 2}, {3, 4}}};
    CHECK(executor.submit([](const decltype(mixed)& t) { return t; }, mixed).get() == mixed);
}

TEST_CASE("ProcessPoolExecutor: what cannot travel is known when the program is compiled") {
    using namespace fibers::detail;
    int captured = 0;
    const auto captures = [captured] { return captured; };
    static_assert(can_be_sent<int (*)()> && can_be_sent<int (*)() noexcept>);
    static_assert(!can_be_sent<decltype(captures)>);
    static_assert(!can_be_sent<std::function<int()>>);
    static_assert(Wire<std::vector<std::pair<int, std::string>>>::can);
    static_assert(!Wire<int*>::can && !Wire<std::string_view>::can && !Wire<std::span<int>>::can);
    static_assert(!Wire<std::vector<const char*>>::can && !Wire<std::unique_ptr<int>>::can);
    static_assert(!Wire<std::reference_wrapper<int>>::can);
    CHECK_FALSE(captures());
}

TEST_CASE("ProcessPoolExecutor: fibers wait for calls, others run meanwhile, and results come in order") {
    ProcessPoolExecutor executor(2);
    fibers::run([&] {
        int ticks = 0;
        auto ticker = create_task([&] {
            while (true) {
                fibers::sleep(1ms);
                ++ticks;
            }
        });
        const auto slow = [](int x) {
            ::usleep(20'000);
            return x * x;
        };
        auto nine = run_in_executor(executor, slow, 3);
        auto sixteen = run_in_executor(executor, slow, 4);
        CHECK(nine.get() == 9);
        CHECK(sixteen.get() == 16);
        CHECK(ticks > 0);
        ticker.cancel();
        std::vector<int> squares;
        for (const int x : executor.map([](int y) { return y * y; }, std::vector{1, 2, 3}))
            squares.push_back(x);
        CHECK(squares == std::vector{1, 4, 9});
    });
}

TEST_CASE(
    "ProcessPoolExecutor: an exception arrives as the nearest standard class, with its class and text") {
    ProcessPoolExecutor executor(1);
    auto derived = executor.submit([]() -> int { throw AppError("far out"); });
    try {
        derived.get();
        FAIL("nothing was thrown");
    } catch (const std::out_of_range& e) {
        CHECK(e.what() == std::string("far out"));
        CHECK(dynamic_cast<const RemoteException&>(e).type_name() == "(anonymous namespace)::AppError");
    }
    CHECK_THROWS_AS(executor.submit([] { throw std::runtime_error("r"); }).get(), std::runtime_error);
    CHECK_THROWS_AS(executor.submit([] { throw std::bad_alloc(); }).get(), std::bad_alloc);
    CHECK_THROWS_AS(executor.submit([] { throw fibers::TimeoutError(); }).get(), fibers::TimeoutError);
    try {
        executor.submit([] { throw std::system_error(ENOENT, std::generic_category(), "open"); }).get();
        FAIL("nothing was thrown");
    } catch (const std::system_error& e) {
        CHECK(e.code() == std::errc::no_such_file_or_directory);
        CHECK(e.what() == std::string("open: No such file or directory"));
    }
    try {
        executor.submit([] { throw 3; }).get();
        FAIL("nothing was thrown");
    } catch (const fibers::RuntimeError& e) {
        CHECK(dynamic_cast<const RemoteException&>(e).type_name() == "int");
    }
    CHECK(executor.submit([] { return 1; }).get() == 1);  // the same worker goes on
}

TEST_CASE("ProcessPoolExecutor: a queued call can be taken back, a running one cannot") {
    ProcessPoolExecutor executor(1);
    fibers::run([&] {
        auto running = run_in_executor(executor, [] {
            ::usleep(20'000);
            return 1;
        });
        auto queued = run_in_executor(executor, [] { return 2; });
        fibers::sleep(5ms);
        CHECK(queued.cancel());
        CHECK(running.get() == 1);
    });
    auto running = executor.submit([] { ::usleep(20'000); });
    auto queued = executor.submit([] {});
    while (!running.running()) std::this_thread::sleep_for(1ms);
    CHECK_FALSE(running.cancel());
    executor.shutdown({.cancel_futures = true});
    CHECK(queued.cancelled());
    CHECK(running.done());
    CHECK(thrown_by([&] { executor.submit([] {}); }) == "cannot schedule new futures after shutdown");
    CHECK_THROWS_AS(ProcessPoolExecutor(0), std::invalid_argument);
}

TEST_CASE("ProcessPoolExecutor: big arguments and results, and many small calls") {
    ProcessPoolExecutor executor(2);
    const std::size_t size = 100'000'000;
    std::string big(size, 'x');
    big.back() = 'y';
    auto back = executor.submit(
        [](std::string text) {
            text.front() = 'z';
            return text;
        },
        std::move(big));
    const std::string got = std::move(back).get();
    CHECK(got.size() == size);
    CHECK(got.front() == 'z');
    CHECK(got.back() == 'y');
    const int calls = fibers::kernel::sanitizer::tsan ? 1'000 : 10'000;
    fibers::run([&] {
        std::vector<fibers::Future<int>> all;
        for (int i = 0; i < calls; ++i)
            all.push_back(run_in_executor(
                executor, [](int x) { return x + 1; }, i));
        int right = 0;
        for (int i = 0; i < calls; ++i) right += all[static_cast<std::size_t>(i)].get() == i + 1;
        CHECK(right == calls);
    });
}

TEST_CASE("ProcessPoolExecutor: one loop per process: each worker runs fibers of its own") {
    ProcessPoolExecutor executor(2);
    const auto one_loop = [](int from) {
        return fibers::run([from] {
            std::vector<fibers::Task<int>> tasks;
            for (int i = from; i < from + 10; ++i) {
                tasks.push_back(create_task([i] {
                    fibers::sleep(1ms);
                    return i;
                }));
            }
            int sum = 0;
            for (auto& task : tasks) sum += task.get();
            return sum;
        });
    };
    fibers::run([&] {
        auto a = run_in_executor(executor, one_loop, 0);
        auto b = run_in_executor(executor, one_loop, 10);
        CHECK(a.get() + b.get() == 190);
        // Made in a fiber: a worker still has a thread's stack.
        ProcessPoolExecutor inner(1);
        CHECK(run_in_executor(inner, one_loop, 20).get() == 245);
        CHECK(run_in_executor(inner, [] {
                  volatile char frame[1'000'000];
                  frame[0] = 1;
                  frame[999'999] = 1;
                  return frame[0] + frame[999'999];
              }).get() == 2);
    });
}
