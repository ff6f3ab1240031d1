// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// to_thread() and run_in_executor(): calls made on threads and waited for in fibers.
#include "fibers/executor.hpp"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/task/timeout.hpp"
#include "fibers/task/wait_for.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::run_in_executor;
using fibers::ThreadPoolExecutor;
using fibers::to_thread;
using test::thrown_by;
using test::virtual_run;

namespace {

// Says on which thread it died.
struct Mortal {
    explicit Mortal(std::atomic<std::thread::id>& place) : died_on(&place) {}
    Mortal(Mortal&& other) noexcept : died_on(std::exchange(other.died_on, nullptr)) {}
    Mortal& operator=(Mortal&&) = delete;
    ~Mortal() {
        if (died_on) *died_on = std::this_thread::get_id();
    }
    std::atomic<std::thread::id>* died_on;
};

std::string thread_name() {
    std::array<char, 16> name{};
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    return name.data();
}

unsigned long threads_of_process() {
    // TSan makes a thread of its own beside the first.
    [[maybe_unused]] static const bool made_one = (std::thread([] {}).join(), true);
    struct stat tasks {};
    ::stat("/proc/self/task", &tasks);
    return tasks.st_nlink - 2;
}

// A thread that is kept busy until told.
struct Gate {
    std::latch begun{1};
    std::latch open{1};
    void pass() {
        begun.count_down();
        open.wait();
    }
};

}  // namespace

TEST_CASE("to_thread: the call is made on another thread, and its value is of any kind") {
    static int target = 0;
    virtual_run([] {
        const auto here = std::this_thread::get_id();
        CHECK(to_thread([] { return std::this_thread::get_id(); }).get() != here);
        CHECK(*to_thread([] { return std::make_unique<int>(4); }).get() == 4);
        CHECK(&to_thread([]() -> int& { return target; }).get() == &target);
        to_thread([] { target = 5; }).get();
        CHECK(target == 5);
        CHECK(
            to_thread([](int a, const std::string& b) { return b + std::to_string(a); }, 7, "seven").get() ==
            "seven7");
        CHECK(to_thread([](std::unique_ptr<int> p) { return *p; }, std::make_unique<int>(3)).get() == 3);
    });
}

TEST_CASE("to_thread: other fibers run while one waits for a call") {
    virtual_run([] {
        Gate gate;
        auto waits = to_thread([&] { gate.pass(); });
        create_task([&] { gate.open.count_down(); });
        waits.get();  // for ever, were the loop blocked
    });
}

TEST_CASE("to_thread: what the call throws comes out of get()") {
    virtual_run([] {
        CHECK(thrown_by([] { to_thread([]() -> int { throw std::out_of_range("far"); }).get(); }) == "far");
        CHECK_THROWS_AS(to_thread([] { throw std::out_of_range("far"); }).get(), std::out_of_range);
        CHECK_THROWS_AS(to_thread([] { throw 3; }).get(), int);
    });
}

TEST_CASE("to_thread: the callable and its arguments die on the thread, before the call is done") {
    virtual_run([] {
        std::atomic<std::thread::id> callable_died{};
        std::atomic<std::thread::id> argument_died{};
        const auto thread =
            to_thread([own = Mortal(callable_died)](const Mortal&) { return std::this_thread::get_id(); },
                      Mortal(argument_died))
                .get();
        CHECK(callable_died.load() == thread);
        CHECK(argument_died.load() == thread);
    });
}

TEST_CASE("to_thread: the value goes to the loop and dies there, also if nobody waits for it any more") {
    std::atomic<std::thread::id> died{};
    Gate gate;  // outlives run(), which waits for the thread
    virtual_run([&] {
        auto future = to_thread([&] {
            gate.pass();
            return Mortal(died);
        });
        gate.begun.wait();
        CHECK(future.cancel());
        gate.open.count_down();
    });
    CHECK(died.load() == std::this_thread::get_id());
}

TEST_CASE("to_thread: a call in flight is external work: no deadlock, and virtual time stands still") {
    Gate gate;  // outlives run(), which waits for the thread
    virtual_run([&] {
        CHECK(fibers::wait_for(to_thread([] {
                                   std::this_thread::sleep_for(20ms);
                                   return 1;
                               }),
                               10ms) == 1);
        // One that was cancelled is no longer waited for: time may pass.
        auto cancelled = to_thread([&] { gate.pass(); });
        gate.begun.wait();
        cancelled.cancel();
        fibers::sleep(1h);
        gate.open.count_down();
    });
}

TEST_CASE("to_thread: cancelling who waits ends the wait at once, and the running call goes on") {
    virtual_run([] {
        Gate gate;
        std::atomic<bool> went_on = false;
        auto waits = create_task([&] {
            to_thread([&] {
                gate.pass();
                went_on = true;
            }).get();
        });
        auto cancels = create_task([&] {
            gate.begun.wait();
            waits.cancel("enough");
        });
        CHECK(thrown_by([&] { waits.get(); }) == "cancelled: enough");
        CHECK_FALSE(went_on);
        gate.open.count_down();
        while (!went_on) fibers::yield();
    });
}

TEST_CASE("run_in_executor: a call that has not begun is taken back by cancel, and its callable dies there") {
    virtual_run([] {
        ThreadPoolExecutor executor(1);
        Gate gate;
        auto busy = run_in_executor(executor, [&] { gate.pass(); });
        std::atomic<bool> begun = false;
        std::atomic<std::thread::id> died{};
        auto queued = run_in_executor(executor, [&, own = Mortal(died)] { begun = true; });
        gate.begun.wait();
        CHECK(queued.cancel("not now"));
        CHECK(died.load() == std::this_thread::get_id());
        CHECK(queued.cancelled());
        CHECK_FALSE(queued.cancel());
        CHECK(thrown_by([&] { queued.get(); }) == "cancelled: not now");
        gate.open.count_down();
        busy.get();
        executor.shutdown();
        CHECK_FALSE(begun);
    });
}

TEST_CASE("run_in_executor: an exception that nobody reads is reported, after a cancel too") {
    const test::Reports reports;
    Gate gate;  // outlives run(), which waits for the thread
    virtual_run([&] {
        auto cancelled = to_thread([&] {
            gate.pass();
            throw std::runtime_error("late");
        });
        gate.begun.wait();
        cancelled.cancel();
        gate.open.count_down();
        (void)to_thread([] { throw std::runtime_error("unread"); });
    });
    CHECK(reports.count("late") == 1);
    CHECK(reports.count("unread") == 1);
    CHECK(reports.messages().size() == 2);
}

TEST_CASE(
    "default executor: made when first needed, its idle thread is used again, min(32, cpus + 4) at most") {
    CHECK(ThreadPoolExecutor::default_max_workers() == std::min(32, fibers::process_cpu_count() + 4));
    virtual_run([] {
        const auto before = threads_of_process();
        fibers::sleep(1ms);
        CHECK(threads_of_process() == before);
        const std::string first = to_thread(thread_name).get();
        CHECK(first == "fibers_0");
        fibers::sleep(1ms);
        for (int i = 0; i < 100 && threads_of_process() != before + 1; ++i) std::this_thread::sleep_for(1ms);
        std::string second;
        // It is idle soon after its call is done.
        for (int i = 0; i < 100 && second != first; ++i) {
            std::this_thread::sleep_for(1ms);
            second = to_thread(thread_name).get();
        }
        CHECK(second == first);
        const auto most = static_cast<std::size_t>(ThreadPoolExecutor::default_max_workers());
        std::atomic<std::size_t> running = 0;
        std::latch open(1);
        std::vector<fibers::Future<void>> all;
        for (std::size_t i = 0; i < most + 3; ++i) {
            all.push_back(to_thread([&] {
                ++running;
                open.wait();
            }));
        }
        while (running < most) fibers::yield();
        CHECK(threads_of_process() == before + most);
        open.count_down();
        for (auto& one : all) one.get();
    });
}

TEST_CASE("default executor: the end of run() makes the calls that are left, and joins the threads") {
    const auto before = threads_of_process();
    std::atomic<int> made = 0;
    virtual_run([&] {
        for (int i = 0; i < 50; ++i) {
            (void)to_thread([&] {
                std::this_thread::sleep_for(1ms);
                ++made;
            });
        }
    });
    CHECK(made == 50);
    CHECK(threads_of_process() == before);
}

TEST_CASE(
    "default executor: tasks are cancelled before it is shut down, and their clean-up may still use it") {
    std::string order;
    virtual_run([&] {
        create_task([&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                order += to_thread([] { return std::string("cleaned"); }).get();
                throw;
            }
        });
        fibers::yield();
    });
    CHECK(order == "cleaned");
}

TEST_CASE("default executor: while run() waits for its threads the loop still does what they post") {
    struct Posted : fibers::kernel::Runnable {
        Posted() noexcept
            : Runnable([](Runnable& self) noexcept { static_cast<Posted&>(self).done.count_down(); }) {}
        std::latch done{1};
    } posted;
    bool answered = false;
    virtual_run([&] {
        auto& scheduler = *fibers::kernel::this_scheduler;
        (void)to_thread([&] {
            std::this_thread::sleep_for(5ms);  // main is over
            scheduler.post(posted);
            posted.done.wait();
            answered = true;
        });
    });
    CHECK(answered);
}

TEST_CASE("default executor: one of the program's own takes its place, and is shut down with the loop") {
    auto mine = std::make_shared<ThreadPoolExecutor>(1, "mine");
    virtual_run([&] {
        CHECK_THROWS_AS(fibers::set_default_executor(nullptr), std::invalid_argument);
        fibers::set_default_executor(mine);
        CHECK(to_thread(thread_name).get() == "mine_0");
    });
    CHECK(thrown_by([&] { mine->submit([] {}); }) == "cannot schedule new futures after shutdown");
    CHECK(thrown_by([] { (void)to_thread([] {}); }).starts_with("no running event loop"));
    CHECK(thrown_by([&] { (void)run_in_executor(*mine, [] {}); }).starts_with("no running event loop"));
}

TEST_CASE("run_in_executor: loops of several threads use one executor at the same time") {
    ThreadPoolExecutor executor(3);
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int loop = 0; loop < 3; ++loop) {
        threads.emplace_back([&, loop] {
            fibers::run([&] {
                for (int i = 0; i < 300; ++i) {
                    const int sent = loop * 1000 + i;
                    right += run_in_executor(
                                 executor, [](int x) { return x; }, sent)
                                 .get() == sent;
                }
            });
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(right == 900);
}

TEST_CASE("run_in_executor: a loop that ends first leaves the call to itself") {
    ThreadPoolExecutor executor(1);
    Gate gate;
    std::atomic<bool> ended = false;
    fibers::Future<int> kept;
    virtual_run([&] {
        kept = run_in_executor(executor, [&] {
            gate.pass();
            ended = true;
            return 1;
        });
        gate.begun.wait();
    });
    gate.open.count_down();
    executor.shutdown();
    CHECK(ended);
    CHECK_FALSE(kept.done());
    CHECK(kept.cancel());
}

TEST_CASE("run_in_executor: many calls, cancelled and not, from many fibers: each ends once") {
    ThreadPoolExecutor executor(4);
    std::atomic<int> called = 0;
    int values = 0;
    int cancelled = 0;
    fibers::run([&] {
        std::vector<fibers::Task<void>> tasks;
        for (int i = 0; i < 500; ++i) {
            tasks.push_back(create_task([&, i] {
                auto future = run_in_executor(executor, [&] { return ++called; });
                if (i % 3 == 0) fibers::yield();
                if (i % 2 == 0) future.cancel();
                try {
                    future.get();
                    ++values;
                } catch (const CancelledError&) {
                    ++cancelled;
                }
            }));
        }
        for (auto& task : tasks) task.get();
    });
    executor.shutdown();
    CHECK(values + cancelled == 500);
    CHECK(values >= 250);
    CHECK(called >= values);
}
