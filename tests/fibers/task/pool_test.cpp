// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/pool.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/mark.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::Pool;
using fibers::Task;
using test::Log;
using test::Mark;

namespace {

// Counts who is inside.
struct Inside {
    int now = 0;
    int most = 0;
    void stay(fibers::Duration time) {
        most = std::max(most, ++now);
        const struct Leave {
            int& now;
            ~Leave() { --now; }
        } leave{now};
        fibers::sleep(time);
    }
};

}  // namespace

TEST_CASE("pool: never more tasks than places, and spawn() waits for one, first come, first served") {
    fibers::debug::TestClock clock;
    fibers::run(
        [&] {
            Pool pool(3);
            Inside inside;
            std::vector<int> begun;
            for (int i = 0; i < 10; ++i) {
                pool.spawn([&, i] {
                    begun.push_back(i);
                    inside.stay(1s);
                });
                CHECK(clock.elapsed() == 1s * (i / 3));
            }
            pool.join();
            CHECK(inside.most == 3);
            CHECK(begun == std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
            CHECK(clock.elapsed() == 4s);
        },
        {.clock = &clock});
}

TEST_CASE("pool: full(), free_count() and wait_available() tell of its places") {
    test::virtual_run([] {
        Pool pool(2);
        CHECK(pool.max_size() == 2);
        CHECK(pool.free_count() == 2);
        auto first = pool.spawn([] { fibers::sleep(1s); });
        CHECK(pool.free_count() == 1);
        CHECK_FALSE(pool.full());
        auto second = pool.spawn([] { fibers::sleep(2s); });
        CHECK(pool.full());
        pool.wait_available();
        CHECK(first.done());
        CHECK_FALSE(second.done());
        CHECK(pool.free_count() == 1);
        pool.wait_available();
        CHECK(pool.free_count() == 1);
        pool.join();
        CHECK(pool.free_count() == 2);
    });
    CHECK_THROWS_AS(Pool(0), std::invalid_argument);
}

TEST_CASE("pool: apply_async() never waits, its task does, join() waits for those, too") {
    test::virtual_run([] {
        Pool pool(2);
        Inside inside;
        std::vector<Task<int>> tasks;
        for (int i = 0; i < 6; ++i) {
            tasks.push_back(pool.apply_async([&, i] {
                inside.stay(1s);
                return i;
            }));
        }
        CHECK(inside.now == 0);
        pool.join();
        CHECK(inside.most == 2);
        for (int i = 0; i < 6; ++i) CHECK(tasks[static_cast<std::size_t>(i)].result() == i);
    });
}

TEST_CASE("pool: spawn() and apply() hand arguments, results and exceptions on") {
    test::virtual_run([] {
        Pool pool(2);
        auto sum = pool.spawn([](int a, std::unique_ptr<int> b) { return std::make_unique<int>(a + *b); }, 1,
                              std::make_unique<int>(2));
        CHECK(*std::move(sum).get() == 3);
        CHECK(*pool.apply([] { return std::make_unique<int>(4); }) == 4);
        CHECK_THROWS_WITH(pool.apply([] { throw std::runtime_error("inside"); }), "inside");
        CHECK(pool.free_count() == 2);
    });
}

TEST_CASE("pool: in one of its tasks apply() just calls, or a pool of one would wait for itself") {
    test::virtual_run([] {
        Pool pool(1);
        const int result = pool.apply([&] {
            const auto task = fibers::current_task();
            return pool.apply([&] {
                CHECK(fibers::current_task() == task);
                return 7;
            });
        });
        CHECK(result == 7);
        CHECK_THROWS_AS(pool.apply([&] { pool.join(); }), fibers::RuntimeError);
    });
}

TEST_CASE(
    "pool: who is cancelled while it waits for a place takes none, a task cancelled before its begin "
    "neither") {
    test::virtual_run([] {
        Pool pool(1);
        bool ran = false;
        auto first = pool.spawn([] { fibers::sleep(2s); });
        CHECK_THROWS_AS(fibers::timeout(1s, [&] { pool.spawn([&] { ran = true; }); }), fibers::TimeoutError);
        auto asked = pool.apply_async([&] { ran = true; });
        fibers::yield();
        asked.cancel();
        first.get();
        CHECK_THROWS_AS(asked.get(), CancelledError);
        auto unborn = pool.spawn([&] { ran = true; });
        unborn.cancel();
        pool.join();
        CHECK(unborn.cancelled());
        CHECK_FALSE(ran);
        CHECK(pool.free_count() == 1);
    });
}

TEST_CASE("pool: being cancelled in apply() cancels the task") {
    test::virtual_run([] {
        Pool pool(1);
        Log log;
        CHECK_THROWS_AS(fibers::timeout(1s,
                                        [&] {
                                            pool.apply([&] {
                                                const Mark unwound(log, "unwound");
                                                fibers::sleep(1h);
                                            });
                                        }),
                        fibers::TimeoutError);
        CHECK(log == Log{"unwound"});
    });
}

TEST_CASE("pool: kill() ends those that run and those that wait for a place, and waits for them") {
    test::virtual_run([] {
        Pool pool(2);
        Log log;
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 3; ++i) {
            tasks.push_back(pool.apply_async([&] {
                const Mark end(log, "ended");
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    fibers::sleep(1s);  // some take their time
                    throw;
                }
            }));
        }
        fibers::yield();
        fibers::yield();
        pool.kill();
        CHECK(log == Log{"ended", "ended"});
        for (const Task<void>& task : tasks) CHECK(task.cancelled());
        CHECK(pool.free_count() == 2);
        pool.kill();  // nobody is left
        pool.spawn([&] { log.push_back("again"); }).get();
        CHECK(log.size() == 3);
    });
}

TEST_CASE("pool: kill() also ends what its tasks make while they end") {
    test::virtual_run([] {
        Pool pool(1);
        Task<void> made;
        pool.spawn([&] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                made = pool.apply_async([] { fibers::sleep(1h); });
                throw;
            }
        });
        fibers::yield();
        pool.kill();
        CHECK(made.cancelled());
    });
}

TEST_CASE("pool: kill() in one of its tasks ends the others") {
    test::virtual_run([] {
        Pool pool(3);
        auto other = pool.spawn([] { fibers::sleep(1h); });
        auto killer = pool.spawn([&] {
            fibers::yield();
            pool.kill();
            fibers::yield();
            return 1;
        });
        CHECK(killer.get() == 1);
        CHECK(other.cancelled());
    });
}

TEST_CASE("pool: when it dies its tasks are cancelled and waited for, even by who is cancelled itself") {
    Log log;
    test::virtual_run([&] {
        auto owner = fibers::create_task([&] {
            std::string mine = "of the frame";
            Pool pool(2);
            for (int i = 0; i < 2; ++i) {
                pool.spawn([&] {
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        fibers::sleep(1s);
                        log.push_back(mine);
                        throw;
                    }
                });
            }
            fibers::sleep(1h);
        });
        fibers::sleep(1s);
        owner.cancel();
        fibers::sleep(500ms);
        owner.cancel();
        CHECK_THROWS_AS(owner.get(), CancelledError);
    });
    CHECK(log == Log{"of the frame", "of the frame"});
}

TEST_CASE("pool: a cancellation of who destroys one waits until its tasks have ended") {
    Log log;
    test::virtual_run([&] {
        auto owner = fibers::create_task([&] {
            {
                Pool pool(1);
                pool.spawn([&] {
                    const Mark end(log, "task");
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        fibers::sleep(1s);
                        throw;
                    }
                });
                fibers::yield();
            }
            log.push_back("pool");
            fibers::yield();
            log.push_back("never");
        });
        fibers::sleep(500ms);
        owner.cancel();
        CHECK_THROWS_AS(owner.get(), CancelledError);
    });
    CHECK(log == Log{"task", "pool"});
}

TEST_CASE("pool: in a callback it cannot wait when it dies, its tasks end in the next turns") {
    Log log;
    test::virtual_run([&] {
        auto pool = std::make_unique<Pool>(1);
        pool->spawn([&log] {
            const Mark end(log, "ended");
            fibers::sleep(1h);
        });
        auto waiting = pool->apply_async([] {});
        fibers::yield();
        auto trigger = fibers::create_task([] {});
        trigger.add_done_callback([&] { pool.reset(); });
        CHECK_THROWS_AS(waiting.get(), CancelledError);
        CHECK_FALSE(pool);
    });
    CHECK(log == Log{"ended"});
}

TEST_CASE("pool: an exception that nobody reads is reported, as of any task") {
    const test::Reports reports;
    test::virtual_run([] {
        Pool pool(1);
        pool.spawn([] { throw std::runtime_error("unread"); });
        pool.join();
    });
    CHECK(test::Reports::count("never retrieved") == 1);
}
