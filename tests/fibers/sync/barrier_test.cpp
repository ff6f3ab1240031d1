// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/barrier.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/kernel_run.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::Barrier;
using fibers::BrokenBarrierError;
using fibers::CancelledError;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

namespace {

// Waits, and writes down what came of it: the position, or what was thrown.
void visit(Barrier& barrier, std::vector<std::string>& log) {
    try {
        log.push_back(std::to_string(barrier.wait()));
    } catch (const CancelledError&) {
        log.push_back("cancelled");
    } catch (const BrokenBarrierError& e) {
        log.push_back(e.what());
    }
}

using Log = std::vector<std::string>;
const std::string broken_inside = "Abort or reset of barrier";
const std::string broken_outside = "Barrier aborted";

}  // namespace

TEST_CASE("g35: two that meet at a Barrier get the positions 0 and 1") {
    test::virtual_run([] {
        Barrier barrier(2);
        auto [a, b] = fibers::gather([&] { return barrier.wait(); }, [&] { return barrier.wait(); }).get();
        CHECK(a == 0);
        CHECK(b == 1);
        CHECK(barrier.n_waiting() == 0);
    });
}

TEST_CASE("barrier: nobody goes on before all have come, who came last goes on first, the others in order") {
    test::KernelRun loop;
    Barrier barrier(4);
    Log log;
    for (std::size_t i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            CHECK(barrier.n_waiting() == i);
            visit(barrier, log);
        });
    }
    loop.spawn([&] {
        fibers::yield();
        CHECK(log.empty());
        CHECK(barrier.n_waiting() == 3);
        visit(barrier, log);
        CHECK(barrier.n_waiting() == 0);  // it drains
        CHECK(log == Log{"3"});
    });
    loop.run();
    CHECK(log == Log{"3", "0", "1", "2"});
    CHECK(barrier.parties() == 4);
    CHECK_FALSE(barrier.broken());
}

TEST_CASE("barrier: one of one party never waits, also outside a fiber, there is none of none") {
    Barrier barrier(1);
    CHECK(barrier.wait() == 0);
    CHECK(barrier.wait() == 0);
    CHECK_THROWS_WITH(Barrier(0), "parties must be > 0");
    Barrier two(2);
    CHECK_THROWS_AS(two.wait(), fibers::RuntimeError);
    CHECK(two.n_waiting() == 0);
}

TEST_CASE("barrier: the same fibers meet again and again, and none gets ahead by more than one round") {
    test::KernelRun loop;
    Barrier barrier(3);
    std::vector<int> rounds(3);
    for (std::size_t i = 0; i < 3; ++i) {
        loop.spawn([&, i] {
            while (rounds[i] < 20) {
                for (std::size_t k = 0; k < i; ++k) fibers::yield();
                barrier.wait();
                ++rounds[i];
                const auto [least, most] = std::minmax_element(rounds.begin(), rounds.end());
                CHECK(*most - *least <= 1);
            }
        });
    }
    loop.run();
}

TEST_CASE("barrier: who comes while it drains waits outside, and comes in, in order, when it is empty") {
    test::KernelRun loop;
    Barrier barrier(2);
    std::vector<int> order;
    for (int i = 0; i < 8; ++i) {
        loop.spawn([&, i] {
            barrier.wait();
            order.push_back(i);
        });
    }
    loop.run();
    CHECK(order == std::vector{1, 0, 3, 2, 5, 4, 7, 6});
}

TEST_CASE("barrier: who comes again at once does not overtake those who wait outside") {
    test::KernelRun loop;
    Barrier barrier(2);
    Log log;
    loop.spawn([&] {
        barrier.wait();
        log.push_back("a");  // the last of its round: this lets c and d in, who have not run yet
        barrier.wait();
        log.push_back("a again");
    });
    for (const char* name : {"b", "c", "d", "e"}) {
        loop.spawn([&, name] {
            barrier.wait();
            log.push_back(name);
        });
    }
    loop.run();
    CHECK(log == Log{"b", "a", "d", "c", "a again", "e"});
}

TEST_CASE("barrier: a cancelled waiter makes room for another, and all positions are still different") {
    test::KernelRun loop;
    Barrier barrier(3);
    Log log;
    Fiber& first = loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] {
        request_cancel(first, "");
        fibers::yield();
        CHECK(barrier.n_waiting() == 1);
        CHECK_FALSE(barrier.broken());
        loop.spawn([&] { visit(barrier, log); });
        loop.spawn([&] { visit(barrier, log); });
    });
    loop.run();
    CHECK(log == Log{"cancelled", "2", "0", "1"});
}

TEST_CASE("barrier: one cancelled when it has already filled leaves alone, the others go on") {
    test::KernelRun loop;
    Barrier barrier(3);
    Log log;
    Fiber& first = loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] {
        visit(barrier, log);
        request_cancel(first, "");
    });
    for (int i = 0; i < 3; ++i) loop.spawn([&] { visit(barrier, log); });  // the next round
    loop.run();
    CHECK(log == Log{"2", "cancelled", "0", "2", "0", "1"});
}

TEST_CASE("barrier: one cancelled outside, before or after it was let in, leaves its place to the next") {
    const bool let_in = GENERATE(false, true);
    test::KernelRun loop;
    Barrier barrier(2);
    Log log;
    Fiber* third = nullptr;
    loop.spawn([&] {
        visit(barrier, log);
        if (let_in) request_cancel(*third, "");  // its own leaving has let the third in
    });
    loop.spawn([&] { visit(barrier, log); });
    third = &loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] {
        if (!let_in) request_cancel(*third, "");
        visit(barrier, log);
    });
    loop.run();
    CHECK(std::count(log.begin(), log.end(), "cancelled") == 1);
    CHECK(log.size() == 5);
    CHECK(barrier.n_waiting() == 0);
}

TEST_CASE("barrier: reset() ends all waits with BrokenBarrierError, and it can be used again") {
    test::KernelRun loop;
    Barrier barrier(3);
    Log log;
    for (int i = 0; i < 2; ++i) loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] {
        barrier.reset();
        CHECK(barrier.n_waiting() == 0);
        CHECK_FALSE(barrier.broken());
        visit(barrier, log);  // outside, until the two have gone
    });
    for (int i = 0; i < 2; ++i) loop.spawn([&] { visit(barrier, log); });
    loop.run();
    CHECK(log == Log{broken_inside, broken_inside, "2", "0", "1"});
    barrier.reset();
    CHECK(barrier.n_waiting() == 0);
}

TEST_CASE("barrier: reset() in the midst of draining: who has not gone on yet gets BrokenBarrierError") {
    test::KernelRun loop;
    Barrier barrier(4);
    Log log;
    for (int i = 0; i < 4; ++i) {
        loop.spawn([&] {
            visit(barrier, log);
            if (log.size() == 2) barrier.reset();
        });
    }
    loop.run();
    CHECK(log == Log{"3", "0", broken_inside, broken_inside});
    CHECK(barrier.n_waiting() == 0);
    CHECK_FALSE(barrier.broken());
}

TEST_CASE("barrier: abort() ends all waits, inside and outside, and all to come until it is reset") {
    test::KernelRun loop;
    Barrier barrier(2);
    Log log;
    for (int i = 0; i < 2; ++i) loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] { visit(barrier, log); });  // outside
    loop.spawn([&] {
        CHECK(log == Log{"1"});
        barrier.abort();
        CHECK(barrier.broken());
        CHECK(barrier.n_waiting() == 0);
        CHECK_THROWS_WITH(barrier.wait(), broken_outside);
        fibers::yield();
        CHECK(log == Log{"1", broken_inside, broken_outside});
        barrier.reset();
        CHECK_FALSE(barrier.broken());
        visit(barrier, log);
    });
    loop.spawn([&] {
        for (int i = 0; i < 4; ++i) fibers::yield();
        visit(barrier, log);
    });
    loop.run();
    CHECK(log == Log{"1", broken_inside, broken_outside, "1", "0"});
}

TEST_CASE("barrier: aborted and reset before those outside look, it takes them all in, two by two") {
    test::KernelRun loop;
    Barrier barrier(2);
    Log log;
    for (int i = 0; i < 7; ++i) loop.spawn([&] { visit(barrier, log); });
    loop.spawn([&] {
        barrier.abort();
        barrier.reset();
        visit(barrier, log);
    });
    loop.run();
    CHECK(std::count(log.begin(), log.end(), broken_outside) == 0);
    CHECK(std::count(log.begin(), log.end(), broken_inside) == 1);  // the one that had not gone on
    CHECK(std::count(log.begin(), log.end(), "1") == 4);
    CHECK(log.size() == 8);
}

TEST_CASE("barrier: a wait in a timeout() is over when the time is, and the barrier is whole") {
    test::virtual_run([] {
        Barrier barrier(2);
        CHECK_THROWS_AS(fibers::timeout(1s, [&] { barrier.wait(); }), fibers::TimeoutError);
        CHECK(barrier.n_waiting() == 0);
        auto [a, b] = fibers::gather([&] { return barrier.wait(); }, [&] { return barrier.wait(); }).get();
        CHECK(a + b == 1);
    });
}
