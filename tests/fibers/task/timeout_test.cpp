// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/timeout.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::timeout;
using fibers::Timeout;
using fibers::TimeoutError;
using fibers::kernel::OnCancel;
using fibers::kernel::Wake;
using test::virtual_run;

namespace {

int own_cancellations() {
    return fibers::current_task().cancelling();
}

fibers::TimePoint now() {
    return fibers::kernel::running_fiber().scheduler.now();
}

// What a C function that waits does here: a cancellation is answered with an error code.
bool c_call_was_cancelled() {
    const auto deadline = fibers::kernel::running_fiber().scheduler.now() + 1h;
    return fibers::kernel::sleep_until(deadline, OnCancel::answers) == Wake::cancelled;
}

}  // namespace

TEST_CASE("timeout: a body in time returns its value, one that is late is cancelled and TimeoutError comes") {
    fibers::debug::TestClock clock;
    fibers::run(
        [&] {
            CHECK(timeout(1s, [] { return std::string("done"); }) == "done");
            int target = 0;
            int& reference = timeout(1s, [&]() -> int& { return target; });
            CHECK(&reference == &target);
            bool cleaned_up = false;
            try {
                timeout(10ms, [&] {
                    try {
                        fibers::sleep(1h);
                    } catch (const CancelledError&) {
                        cleaned_up = true;
                        throw;
                    }
                });
                FAIL("no TimeoutError");
            } catch (const TimeoutError& e) {
                CHECK_THROWS_AS(std::rethrow_exception(e.cause()), CancelledError);
            }
            CHECK(cleaned_up);
            CHECK(own_cancellations() == 0);
        },
        {.clock = &clock});
    CHECK(clock.elapsed() == 10ms);
}

TEST_CASE("timeout: an exception of the body passes through") {
    virtual_run([] {
        CHECK_THROWS_WITH(timeout(1s, [] { throw std::runtime_error("own"); }), "own");
        CHECK_THROWS_WITH(timeout(1ms,
                                  [] {
                                      try {
                                          fibers::sleep(1h);
                                      } catch (const CancelledError&) {
                                          throw std::runtime_error("instead");
                                      }
                                  }),
                          "instead");
        CHECK(own_cancellations() == 0);
    });
}

TEST_CASE("g16: a body that swallows the cancellation gets no TimeoutError, and nothing stays counted") {
    virtual_run([] {
        const int value = timeout(10ms, [] {
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
            }
            return 5;
        });
        CHECK(value == 5);
        CHECK(own_cancellations() == 0);
        fibers::sleep(1s);  // nothing is left to be delivered
    });
}

TEST_CASE("g17: of nested timeouts only the one that fired is expired") {
    virtual_run([] {
        bool inner_expired = true;
        CHECK_THROWS_AS(timeout(10ms,
                                [&] {
                                    timeout(1s, [&](Timeout& inner) {
                                        try {
                                            fibers::sleep(1h);
                                        } catch (...) {
                                            inner_expired = inner.expired();
                                            throw;
                                        }
                                    });
                                }),
                        TimeoutError);
        CHECK_FALSE(inner_expired);
        bool outer_went_on = false;
        timeout(1s, [&] {
            CHECK_THROWS_AS(timeout(10ms, [] { fibers::sleep(1h); }), TimeoutError);
            outer_went_on = true;
        });
        CHECK(outer_went_on);
    });
}

TEST_CASE("g18: with no time left the body runs up to its first suspension point") {
    virtual_run([] {
        bool began = false;
        bool went_on = false;
        CHECK_THROWS_AS(timeout(-1s,
                                [&] {
                                    began = true;
                                    fibers::yield();
                                    went_on = true;
                                }),
                        TimeoutError);
        CHECK(began);
        CHECK_FALSE(went_on);
        CHECK(timeout(0s, [] { return 3; }) == 3);  // never suspended
    });
}

TEST_CASE("g19: a deadline that is moved in time does not fire, one can be taken away and put back") {
    virtual_run([] {
        timeout(10ms, [](Timeout& scope) {
            scope.reschedule(1s);
            fibers::sleep(20ms);
            CHECK_FALSE(scope.expired());
            scope.reschedule(fibers::never);
            fibers::sleep(1h);
            CHECK(scope.when() == fibers::never);
        });
        CHECK_THROWS_AS(timeout(1h,
                                [](Timeout& scope) {
                                    scope.reschedule(1ms);
                                    fibers::sleep(1s);
                                }),
                        TimeoutError);
    });
}

TEST_CASE("timeout: when() tells the deadline, expired() whether it has fired, then it cannot be moved") {
    virtual_run([] {
        bool expired = false;
        CHECK_THROWS_AS(timeout(10ms,
                                [&](Timeout& scope) {
                                    CHECK(scope.when() == now() + 10ms);
                                    CHECK_FALSE(scope.expired());
                                    try {
                                        fibers::sleep(1h);
                                    } catch (const CancelledError&) {
                                        expired = scope.expired();
                                        CHECK_THROWS_WITH(scope.reschedule(1h),
                                                          "Cannot change state of expiring Timeout");
                                        throw;
                                    }
                                }),
                        TimeoutError);
        CHECK(expired);
        timeout(fibers::Duration::max(), [](Timeout& scope) { CHECK(scope.when() == fibers::never); });
    });
}

TEST_CASE("timeout: a deadline moved into the past ends the body where it next suspends") {
    virtual_run([] {
        for (const auto past : {now(), now() - 1h}) {
            bool went_on = false;
            CHECK_THROWS_AS(timeout(1h,
                                    [&](Timeout& scope) {
                                        scope.reschedule(past);
                                        CHECK_FALSE(scope.expired());
                                        fibers::yield();
                                        went_on = true;
                                    }),
                            TimeoutError);
            CHECK_FALSE(went_on);
        }
    });
}

TEST_CASE("timeout: another task or a callback may move the deadline") {
    virtual_run([] {
        const auto begin = now();
        CHECK_THROWS_AS(timeout(fibers::Duration::max(),
                                [&](Timeout& scope) {
                                    create_task([&] { scope.reschedule(5s); }).add_done_callback([&] {
                                        scope.reschedule(3s);
                                    });
                                    fibers::sleep(1h);
                                }),
                        TimeoutError);
        CHECK(now() == begin + 3s);
    });
}

TEST_CASE("timeout_at: a time that has passed ends the body where it first suspends, never is no limit") {
    virtual_run([] {
        CHECK_THROWS_AS(fibers::timeout_at(now() - 1h, [] { fibers::yield(); }), TimeoutError);
        CHECK(fibers::timeout_at(now(), [] { return 3; }) == 3);
        CHECK(fibers::timeout_at(fibers::never, [] {
                  fibers::sleep(24h);
                  return 4;
              }) == 4);
        const auto begin = now();
        fibers::timeout_at(begin + 2s, [&](Timeout& outer) {
            // One deadline for several steps.
            CHECK_THROWS_AS(fibers::timeout_at(outer.when() - 1s, [] { fibers::sleep(1h); }), TimeoutError);
            CHECK(now() == begin + 1s);
        });
    });
}

TEST_CASE("timeout: a cancellation from elsewhere passes through, also together with its own") {
    virtual_run([] {
        auto task = create_task([] { timeout(1s, [] { fibers::sleep(1h); }); });
        fibers::yield();
        task.cancel("outside");
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: outside");
        auto both = create_task([] {
            timeout(1s, [] {
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    fibers::shielded([] { fibers::sleep(1s); });
                    throw;
                }
            });
        });
        fibers::sleep(1500ms);
        both.cancel("second");
        CHECK(test::thrown_by([&] { both.get(); }).find("cancelled") == 0);
        CHECK(both.cancelled());
    });
}

TEST_CASE("timeout: what C code was told as ECANCELED becomes TimeoutError where the body ends") {
    virtual_run([] {
        CHECK_THROWS_AS(timeout(10ms,
                                [] {
                                    CHECK(c_call_was_cancelled());
                                    return 5;  // dropped
                                }),
                        TimeoutError);
        try {
            timeout(10ms, [] {
                if (c_call_was_cancelled()) throw std::runtime_error("transfer failed");
            });
            FAIL("no TimeoutError");
        } catch (const TimeoutError& e) {
            try {
                std::rethrow_exception(e.cause());
            } catch (const CancelledError& cancelled) {
                CHECK_THROWS_WITH(std::rethrow_exception(cancelled.cause()), "transfer failed");
            }
        }
        auto task = create_task([] { return c_call_was_cancelled(); });
        fibers::yield();
        task.cancel("told C");
        CHECK(test::thrown_by([&] { task.get(); }) == "cancelled: told C");
    });
}

TEST_CASE("timeout: outside a task, or for NaN seconds, there is none") {
    CHECK_THROWS_AS(timeout(1s, [] {}), fibers::RuntimeError);
    virtual_run([] {
        const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
        CHECK_THROWS_AS(timeout(nan, [] {}), std::invalid_argument);
        timeout(fibers::Duration::max(), [] { fibers::sleep(24h); });
        const auto begin = fibers::kernel::running_fiber().scheduler.now();
        CHECK_THROWS_AS(fibers::timeout_at(begin + 2s, [] { fibers::sleep(1h); }), TimeoutError);
        CHECK(fibers::kernel::running_fiber().scheduler.now() == begin + 2s);
    });
}

TEST_CASE("timeout: with no time left, what was ready before still ends and is not cancelled") {
    virtual_run([] {
        const auto ready = create_task([] { return 1; });
        CHECK_THROWS_AS(timeout(0s, [&] { return ready.get(); }), TimeoutError);
        CHECK_FALSE(ready.cancelled());
        CHECK(ready.result() == 1);
        const auto also_ready = create_task([] { return 2; });
        const auto move = [&](Timeout& scope) {
            scope.reschedule(0s);
            return also_ready.get();
        };
        CHECK_THROWS_AS(timeout(1h, move), TimeoutError);
        CHECK(also_ready.result() == 2);
        const auto later = [&](Timeout& scope) {
            scope.reschedule(1h);  // takes back what was due
            fibers::sleep(1s);
            return 3;
        };
        CHECK(timeout(0s, later) == 3);
        CHECK(timeout(0s, [] { return 4; }) == 4);
        fibers::yield();
        CHECK(fibers::current_task().cancelling() == 0);
    });
}
