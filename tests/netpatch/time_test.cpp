// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Sleeping in fibers, by a clock that jumps; and beside threads where results matter, not lengths.
#include <sched.h>
#include <threads.h>

#include <limits>

#include "netpatch/fibers_only.hpp"

namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::answer;
using test::Party;
using test::Trace;

// Runs the body as a fiber of a loop with virtual time; the time it took.
fibers::Duration time_of(const std::function<void()>& body) {
    netpatch::patch_all();
    test::JumpingClock clock;
    test::KernelRun loop(&clock);
    const fibers::TimePoint begin = clock.now();
    loop.spawn(body);
    loop.run();
    return clock.now() - begin;
}

}  // namespace

TEST_CASE("the sleeping calls last as long as they are told", "[netpatch]") {
    CHECK(time_of([] { CHECK(::sleep(3) == 0); }) == 3s);
    CHECK(time_of([] { CHECK(::usleep(300) == 0); }) == 300us);
    const timespec time{1, 500};
    CHECK(time_of([&] { CHECK(::nanosleep(&time, nullptr) == 0); }) == 1s + 500ns);
    CHECK(time_of([&] { CHECK(::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr) == 0); }) == 1s + 500ns);
    CHECK(time_of([&] { CHECK(::thrd_sleep(&time, nullptr) == 0); }) == 1s + 500ns);
    CHECK(time_of([] { CHECK(::sleep(std::numeric_limits<unsigned>::max()) == 0); }) == 4294967295s);
    CHECK(time_of([] { CHECK(::sleep(0) == 0); }) == 0s);
    CHECK(time_of([] { std::this_thread::sleep_for(2s); }) == 2s);
}

TEST_CASE("sleeping until a time of a clock", "[netpatch]") {
    for (const clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME}) {
        const auto slept = time_of([&] {
            timespec time;
            ::clock_gettime(clock, &time);
            time.tv_sec += 100;
            CHECK(::clock_nanosleep(clock, TIMER_ABSTIME, &time, nullptr) == 0);
        });
        CHECK(slept <= 100s);
        CHECK(slept > 50s);
    }
    const timespec past{1, 0};
    CHECK(time_of([&] { CHECK(::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &past, nullptr) == 0); }) ==
          0s);
}

TEST_CASE("times and clocks that libc refuses are refused alike", "[netpatch]") {
    test::check_same([](test::Descriptors&) -> std::vector<Party> {
        return {[](Trace& trace) {
            const timespec wrong{0, 1'000'000'000};
            const timespec negative{-1, 0};
            const timespec zero{0, 0};
            trace.note("nanosleep", ::nanosleep(&wrong, nullptr));
            trace.note("nanosleep", ::nanosleep(&negative, nullptr));
            trace.note("clock_nanosleep", ::clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, nullptr));
            trace.note("thread clock", ::clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &zero, nullptr));
            trace.note("no clock", ::clock_nanosleep(77, 0, &zero, nullptr));
            trace.note("nanosleep", ::nanosleep(&zero, nullptr));
            trace.note("sched_yield", ::sched_yield());
        }};
    });
}

TEST_CASE("who sleeps or yields lets the others run", "[netpatch]") {
    std::string order;
    test::run_fibers({[&] {
                          order += "a";
                          ::sched_yield();
                          order += "c";
                          ::sleep(0);
                          order += "e";
                          ::thrd_yield();
                          order += "g";
                      },
                      [&] {
                          for (const char* step : {"b", "d", "f", "h"}) {
                              order += step;
                              ::sched_yield();
                          }
                      }});
    CHECK(order == "abcdefgh");
}

TEST_CASE("time limits of sockets go by the loop's clock", "[netpatch]") {
    test::Descriptors descriptors;
    const test::Pair pair = test::tcp_pair(descriptors);
    test::set_time_limit(pair.near, SO_RCVTIMEO, 3'600'000);
    char byte = 0;
    CHECK(time_of([&] {
              CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, EAGAIN});
          }) == 1h);
}
