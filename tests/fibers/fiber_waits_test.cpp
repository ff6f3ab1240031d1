// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Fibers whose bodies wait for something in the loop.
#include <catch2/catch.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fibers/fiber.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/sync/rlock.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/mark.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::Fiber;
using fibers::FiberExit;
using test::Log;
using test::Mark;

TEST_CASE("fiber: what waits in it makes the task wait that resumed it, and others run meanwhile") {
    Log log;
    test::virtual_run([&] {
        fibers::RLock lock;
        Fiber fiber([&](Fiber::Self self) {
            log.push_back("is " + fibers::current_task().name());
            const std::scoped_lock hold(lock);
            CHECK(lock.try_lock());  // the task's
            lock.unlock();
            fibers::sleep(2s);
            log.push_back("slept");
            self.yield();
            fibers::sleep(2s);
        });
        const auto main = [&] {
            const std::scoped_lock hold(lock);
            fiber.resume();
            log.push_back("resumed");
            CHECK_THROWS_AS(fibers::timeout(1s, [&] { fiber.resume(); }), fibers::TimeoutError);
            CHECK(fiber.done());
            log.push_back("timed out");
        };
        auto task = fibers::create_task(main, fibers::TaskOptions{.name = "lender"});
        auto other = fibers::create_task([&] {
            fibers::sleep(1s);
            log.push_back("other");
            CHECK_THROWS_WITH(fiber.resume(), "this Fiber is running already");
        });
        fibers::gather(task, other).get();
    });
    CHECK(log == Log{"is lender", "other", "slept", "resumed", "timed out"});
}

TEST_CASE("fiber: a cancellation is thrown where its body waits, and comes out of resume()") {
    Log log;
    test::virtual_run([&] {
        auto task = fibers::create_task([&] {
            Fiber fiber([&](Fiber::Self) {
                const Mark unwound(log, "unwound");
                fibers::sleep(1h);
            });
            try {
                fiber.resume();
            } catch (const fibers::CancelledError& e) {
                log.push_back("cancelled: " + e.message());
                throw;
            }
        });
        fibers::yield();
        task.cancel("enough");
        CHECK_THROWS_AS(task.get(), fibers::CancelledError);
    });
    CHECK(log == Log{"unwound", "cancelled: enough"});
}

TEST_CASE("fiber: no cancellation arrives in one that is resumed or unwound while a stack unwinds") {
    Log log;
    test::virtual_run([&] {
        struct AtEnd {
            Fiber& fiber;
            ~AtEnd() { fiber.resume(); }
        };
        fibers::Event event;
        auto task = fibers::create_task([&] {
            Fiber unwound([&](Fiber::Self self) {
                try {
                    self.yield();
                } catch (const FiberExit&) {
                    fibers::sleep(1s);
                    log.push_back("slept while unwound");
                }
            });
            unwound.resume();
            Fiber fiber([&](Fiber::Self) {
                fibers::sleep(1s);
                log.push_back("slept");
            });
            const AtEnd at_end{fiber};
            event.wait();
        });
        fibers::yield();
        task.cancel("first");
        fibers::sleep(500ms);
        task.cancel("second");
        fibers::sleep(1s);
        task.cancel("third");
        CHECK_THROWS_AS(task.get(), fibers::CancelledError);
    });
    CHECK(log == Log{"slept", "slept while unwound"});
}

TEST_CASE("fiber: a cancellation of who destroys one waits until its body has been unwound") {
    Log log;
    test::virtual_run([&] {
        auto task = fibers::create_task([&] {
            {
                Fiber fiber([&](Fiber::Self self) {
                    try {
                        self.yield();
                    } catch (const FiberExit&) {
                        fibers::sleep(1s);
                        log.push_back("slept");
                    }
                });
                fiber.resume();
            }
            log.push_back("destroyed");
            fibers::yield();
            log.push_back("never");
        });
        fibers::sleep(500ms);
        task.cancel();
        CHECK_THROWS_AS(task.get(), fibers::CancelledError);
    });
    CHECK(log == Log{"slept", "destroyed"});
}

TEST_CASE("fiber: it may be resumed by one task after the other, and outlive the loop") {
    Log log;
    {
        std::optional<Fiber> fiber;
        test::virtual_run([&] {
            fiber.emplace([&](Fiber::Self self) {
                const Mark unwound(log, "unwound");
                for (;;) {
                    log.push_back(fibers::current_task().name());
                    fibers::yield();
                    self.yield();
                }
            });
            for (const char* name : {"a", "b"}) {
                auto task = fibers::create_task([&] { fiber->resume(); }, fibers::TaskOptions{.name = name});
                task.get();
            }
        });
        log.push_back("after the loop");
    }
    CHECK(log == Log{"a", "b", "after the loop", "unwound"});
}

TEST_CASE("fiber: a hundred tasks with fibers on fibers, all of them waiting, do not mix up their stacks") {
    constexpr int tasks = 100;
    constexpr int rounds = 20;
    long total = 0;
    test::virtual_run([&] {
        std::vector<fibers::Task<void>> all;
        for (int t = 0; t < tasks; ++t) {
            all.push_back(fibers::create_task([&total, t] {
                long sum = 0;
                Fiber outer([&](Fiber::Self self) {
                    Fiber inner([&](Fiber::Self inner_self) {
                        for (int i = 0; i < rounds; ++i) {
                            fibers::yield();
                            sum += t;
                            inner_self.yield();
                        }
                    });
                    for (int i = 0; i < rounds; ++i) {
                        inner.resume();
                        fibers::yield();
                        self.yield();
                    }
                });
                for (int i = 0; i < rounds; ++i) {
                    outer.resume();
                    fibers::yield();
                }
                total += sum;
            }));
        }
        fibers::gather(all).get();
    });
    CHECK(total == long{rounds} * tasks * (tasks - 1) / 2);
}
