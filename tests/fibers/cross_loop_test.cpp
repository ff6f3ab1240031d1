// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "fibers/concurrent_future.hpp"
#include "fibers/kernel/sanitizer.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"

namespace {

using fibers::ConcurrentFuture;
using fibers::Loop;

constexpr bool sanitized = fibers::kernel::sanitizer::tsan || fibers::kernel::sanitizer::asan;
constexpr long awaits_wanted = sanitized ? 100'000 : 1'000'000;
constexpr std::size_t threads = 4;
constexpr int workers = sanitized ? 16 : 64;  // fibers of each loop that await

/// How the awaits of one thread ended.
struct Counts {
    long values = 0;     // with the value that the other loop computed
    long cancelled = 0;  // cancelled by who awaits, and CancelledError it was
    long timed_out = 0;  // not awaited to the end, on purpose
    long closed = 0;     // the other loop ended first
    long wrong = 0;      // anything else
    long rounds = 0;     // loops
    void operator+=(const Counts& other) {
        values += other.values;
        cancelled += other.cancelled;
        timed_out += other.timed_out;
        closed += other.closed;
        wrong += other.wrong;
        rounds += other.rounds;
    }
};

/// Counts the callables that live, wherever.
std::atomic<long> living{0};
struct Living {
    Living() { ++living; }
    Living(const Living&) { ++living; }
    Living(Living&&) noexcept { ++living; }
    ~Living() { --living; }
};

/// Several loops, each on a thread, that end and begin anew and await one another's tasks.
class Storm {
public:
    Counts run() {
        std::vector<std::thread> all;
        std::array<Counts, threads> counts;
        for (std::size_t i = 0; i < threads; ++i) {
            all.emplace_back([this, i, &counts] { one_thread(i, counts[i]); });
        }
        for (auto& thread : all) thread.join();
        Counts sum;
        for (const Counts& each : counts) sum += each;
        return sum;
    }

private:
    bool enough() const { return awaits_.load(std::memory_order_relaxed) >= awaits_wanted; }

    void one_thread(std::size_t self, Counts& counts) {
        std::minstd_rand random(static_cast<unsigned>(self + 1));
        while (!enough()) {
            ++counts.rounds;
            const long quota = static_cast<long>(random() % 20'000 + 1'000);
            fibers::run([&] { one_loop(self, quota, counts, static_cast<unsigned>(random())); });
        }
        const std::lock_guard lock(mutex_);
        loops_[self].reset();
    }

    /// Main of one loop: leaves when the quota is met, and half of its workers to be cancelled.
    void one_loop(std::size_t self, long quota, Counts& counts, unsigned seed) {
        {
            const std::lock_guard lock(mutex_);
            loops_[self] = fibers::get_running_loop();
        }
        const auto left = std::make_shared<long>(quota);
        std::vector<fibers::Task<void>> tasks;
        for (int i = 0; i < workers; ++i) {
            // Those that are left when main returns must not refer to its frame.
            tasks.push_back(
                fibers::create_task([this, self, left, &counts, seed = seed + static_cast<unsigned>(i)] {
                    std::minstd_rand random(seed);
                    while (*left > 0 && !enough()) {
                        --*left;
                        one_await(self, counts, static_cast<unsigned>(random()));
                    }
                }));
        }
        for (std::size_t i = 0; i < tasks.size(); i += 2) tasks[i].get();
    }

    void one_await(std::size_t self, Counts& counts, unsigned choice) {
        const std::size_t other = (self + 1 + choice % (threads - 1)) % threads;
        std::optional<Loop> loop;
        {
            const std::lock_guard lock(mutex_);
            loop = loops_[other];
        }
        if (!loop) return fibers::yield();
        try {
            await(*loop, choice / threads, counts);
        } catch (const fibers::CancelledError&) {
            if (fibers::current_task().cancelling() > 0) throw;  // this loop ends
            ++counts.closed;                                     // the other one does
            return;
        } catch (const fibers::RuntimeError& e) {
            if (std::string_view(e.what()) != "Event loop is closed") ++counts.wrong;
            ++counts.closed;
            fibers::yield();
            return;
        }
        awaits_.fetch_add(1, std::memory_order_relaxed);
    }

    static void await(const Loop& loop, unsigned choice, Counts& counts) {
        const unsigned number = choice % 1000;
        const auto work = [number, alive = Living()] {
            if (number % 4 == 0) fibers::yield();
            return number * 3;
        };
        if (choice % 16 == 1) {  // a task that the other loop has
            const auto handed = fibers::run_threadsafe(
                loop, [work] { return fibers::as_concurrent(fibers::create_task(work)); });
            ++(handed.get().get() == number * 3 ? counts.values : counts.wrong);
            return;
        }
        auto future = fibers::run_threadsafe(loop, work);
        if (choice % 16 == 2) {
            cancel(future, number, counts);
        } else if (choice % 16 == 3 && !future.wait_for(std::chrono::microseconds(number % 50))) {
            ++counts.timed_out;
        } else {
            ++(std::move(future).get() == number * 3 ? counts.values : counts.wrong);
        }
    }

    static void cancel(const ConcurrentFuture<unsigned>& future, unsigned number, Counts& counts) {
        if (number % 2 == 0) fibers::yield();
        const bool in_time = future.cancel("enough");
        try {
            ++(future.get() == number * 3 && !in_time ? counts.values : counts.wrong);
        } catch (const fibers::CancelledError& e) {
            if (!in_time) throw;  // a loop has ended, see above
            ++(e.message() == "enough" ? counts.cancelled : counts.wrong);
        }
    }

    std::atomic<long> awaits_{0};
    std::mutex mutex_;  // guards loops_
    std::array<std::optional<Loop>, threads> loops_;
};

}  // namespace

TEST_CASE("loops on several threads await one another's tasks, some cancelled, while loops end and begin") {
    const Counts counts = Storm().run();
    CAPTURE(counts.rounds, counts.closed);
    CHECK(counts.values + counts.cancelled + counts.timed_out >= awaits_wanted);
    CHECK(counts.wrong == 0);
    CHECK(counts.values > awaits_wanted / 2);
    CHECK(counts.cancelled > awaits_wanted / 100);
    CHECK(counts.timed_out > 0);
    CHECK(counts.rounds > static_cast<long>(threads));
    CHECK(living == 0);
}
