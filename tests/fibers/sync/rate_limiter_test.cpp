// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/rate_limiter.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/kernel_run.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::RateLimiter;
using fibers::kernel::Fiber;
using fibers::kernel::request_cancel;

namespace {

// Who entered, and how many milliseconds after the begin.
using Entries = std::vector<std::pair<int, long>>;

// A loop on virtual time, in which fibers enter and say when.
class LimitedRun : public test::KernelRun {
public:
    LimitedRun() : test::KernelRun(&clock_), begin_(clock_.now()) {}

    long now() {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin_).count();
    }
    void enter(RateLimiter& limiter, int who) {
        limiter.acquire();
        entries.emplace_back(who, now());
    }
    Fiber& visitor(RateLimiter& limiter, int who) {
        return spawn([this, &limiter, who] { enter(limiter, who); });
    }
    Fiber& cancelled_visitor(RateLimiter& limiter) {
        return spawn([&limiter] { CHECK_THROWS_AS(limiter.acquire(), CancelledError); });
    }

    Entries entries;

private:
    test::JumpingClock clock_;
    fibers::TimePoint begin_;
};

}  // namespace

TEST_CASE("rate limiter: so many at once, the next when the period is over, all in the order they asked") {
    LimitedRun loop;
    RateLimiter limiter(3, 1s);
    for (int i = 0; i < 8; ++i) loop.visitor(limiter, i);
    loop.run();
    CHECK(loop.entries ==
          Entries{{0, 0}, {1, 0}, {2, 0}, {3, 1000}, {4, 1000}, {5, 1000}, {6, 2000}, {7, 2000}});
}

TEST_CASE("rate limiter: no span as long as the period sees more entries, wherever it begins") {
    LimitedRun loop;
    RateLimiter limiter(2, 1s);
    loop.spawn([&] {
        for (const auto pause : {0ms, 900ms, 0ms, 300ms, 50ms, 2000ms, 0ms, 0ms}) {
            fibers::sleep(pause);
            loop.enter(limiter, 0);
        }
    });
    loop.run();
    CHECK(loop.entries ==
          Entries{{0, 0}, {0, 900}, {0, 1000}, {0, 1900}, {0, 2000}, {0, 4000}, {0, 4000}, {0, 5000}});
    for (std::size_t i = 2; i < loop.entries.size(); ++i) {
        CHECK(loop.entries[i].second - loop.entries[i - 2].second >= 1000);
    }
}

TEST_CASE("rate limiter: nobody overtakes those who wait, not even when the time has come") {
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    for (int i = 0; i < 3; ++i) loop.visitor(limiter, i);
    loop.spawn([&] {
        for (const auto pause : {500ms, 500ms, 250ms}) {
            fibers::sleep(pause);
            CHECK(limiter.locked());
            CHECK_FALSE(limiter.try_acquire());
        }
        loop.enter(limiter, 3);
        CHECK_FALSE(limiter.try_acquire());
        fibers::sleep(1s);
        CHECK_FALSE(limiter.locked());
        CHECK(limiter.try_acquire());
        CHECK(limiter.locked());
    });
    loop.run();
    CHECK(loop.entries == Entries{{0, 0}, {1, 1000}, {2, 2000}, {3, 3000}});
}

TEST_CASE(
    "rate limiter: the first in line, or one behind, cancelled while they wait cost the others no time") {
    const bool first_in_line = GENERATE(false, true);
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    loop.visitor(limiter, 0);
    if (!first_in_line) loop.visitor(limiter, 1);
    Fiber& cancelled = loop.cancelled_visitor(limiter);
    if (first_in_line) loop.visitor(limiter, 1);
    loop.visitor(limiter, 2);
    loop.spawn([&] {
        fibers::sleep(400ms);
        request_cancel(cancelled, "");
    });
    loop.run();
    CHECK(loop.entries == Entries{{0, 0}, {1, 1000}, {2, 2000}});
}

TEST_CASE("rate limiter: one whose time has come, cancelled before it runs, has not entered, the next does") {
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    loop.visitor(limiter, 0);
    Fiber* cancelled = nullptr;
    loop.spawn([&] {
        fibers::sleep(1s);  // its timer is the older: it runs before the one that it cancels
        request_cancel(*cancelled, "");
    });
    cancelled = &loop.cancelled_visitor(limiter);
    loop.visitor(limiter, 1);
    loop.run();
    CHECK(loop.entries == Entries{{0, 0}, {1, 1000}});
}

TEST_CASE("rate limiter: nobody overtakes one whose time has come and who has not run yet") {
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    loop.visitor(limiter, 0);
    loop.spawn([&] {
        fibers::sleep(1s);  // its timer is the older: it runs before visitor 1
        CHECK(limiter.locked());
        CHECK_FALSE(limiter.try_acquire());
        loop.enter(limiter, 2);
    });
    loop.visitor(limiter, 1);
    loop.run();
    CHECK(loop.entries == Entries{{0, 0}, {1, 1000}, {2, 2000}});
}

TEST_CASE("rate limiter: one cancelled when the turn was handed to it passes it on") {
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    Fiber* cancelled = nullptr;
    loop.visitor(limiter, 0);
    loop.spawn([&] {
        loop.enter(limiter, 1);  // has handed the turn on
        request_cancel(*cancelled, "");
    });
    cancelled = &loop.cancelled_visitor(limiter);
    loop.visitor(limiter, 2);
    loop.run();
    CHECK(loop.entries == Entries{{0, 0}, {1, 1000}, {2, 2000}});
}

TEST_CASE("rate limiter: all cancelled, it is as if they had never come") {
    LimitedRun loop;
    RateLimiter limiter(1, 1s);
    loop.visitor(limiter, 0);
    std::vector<Fiber*> waiting;
    for (int i = 0; i < 3; ++i) waiting.push_back(&loop.cancelled_visitor(limiter));
    loop.spawn([&] {
        for (Fiber* const fiber : waiting) request_cancel(*fiber, "");
        fibers::sleep(1s);
        CHECK(limiter.try_acquire());
    });
    loop.run();
}

TEST_CASE("rate limiter: a timeout() ends the wait, and the time is not lost to others") {
    test::virtual_run([] {
        RateLimiter limiter(1, 1min);
        limiter.acquire();
        CHECK_THROWS_AS(fibers::timeout(1s, [&] { limiter.acquire(); }), fibers::TimeoutError);
        fibers::sleep(59s);
        CHECK(limiter.try_acquire());
    });
}

TEST_CASE(
    "rate limiter: a period without end lets nobody in again, those of nothing, less or NaN are refused") {
    LimitedRun loop;
    RateLimiter once(1, fibers::Duration::max());
    loop.spawn([&] {
        CHECK(once.try_acquire());
        fibers::sleep(24h * 365);
        CHECK_FALSE(once.try_acquire());
    });
    loop.run();
    CHECK_THROWS_AS(RateLimiter(0, 1s), std::invalid_argument);
    CHECK_THROWS_AS(RateLimiter(1, 0s), std::invalid_argument);
    CHECK_THROWS_AS(RateLimiter(1, -1s), std::invalid_argument);
    const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
    CHECK_THROWS_AS(RateLimiter(1, nan), std::invalid_argument);
    CHECK_THROWS_AS(once.acquire(), fibers::RuntimeError);
}
