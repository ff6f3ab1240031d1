// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a fiber's own steps cost: a sleep, a yield, a task that does nothing.
#include <time.h>
#include <fibers/fibers.hpp>

#include <chrono>

#include "bare_context.hpp"
#include "row.hpp"
#include "server.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using nanoseconds = std::chrono::duration<double, std::nano>;
using microseconds = std::chrono::duration<double, std::micro>;

constexpr auto nap = 300us;
constexpr int naps = 101;
constexpr int yielding_fibers = 1000;
constexpr int yields_each = 500;
constexpr int spawns = 20'000;

template <class Sleep>
double median_nap(Sleep sleep) {
    std::vector<double> durations;
    for (int i = 0; i < naps; ++i) {
        const auto start = clock::now();
        sleep();
        durations.push_back(microseconds(clock::now() - start).count());
    }
    return median(durations);
}

double fiber_nap() {
    return fibers::run([] { return median_nap([] { fibers::sleep(nap); }); });
}

double thread_nap() {
    return median_nap([] {
        const timespec duration{0, std::chrono::nanoseconds(nap).count()};
        clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, nullptr);
    });
}

/// The main fiber is one of those that yield, so its own laps time everybody's.
double fiber_switch() {
    return fibers::run([] {
        bool stop = false;
        std::vector<fibers::Task<void>> others;
        for (int i = 1; i < yielding_fibers; ++i)
            others.push_back(fibers::create_task([&stop] {
                while (!stop) fibers::yield();
            }));
        fibers::yield();  // all have begun
        const auto start = clock::now();
        for (int i = 0; i < yields_each; ++i) fibers::yield();
        const nanoseconds elapsed = clock::now() - start;
        stop = true;
        for (auto& other : others) other.get();
        return elapsed.count() / yields_each / yielding_fibers;
    });
}

double fiber_spawn() {
    return fibers::run([] {
        const auto spawn_many = [](int count) {
            for (int i = 0; i < count; ++i) fibers::create_task([] {}).get();
        };
        spawn_many(1000);  // fills the pool
        const auto start = clock::now();
        spawn_many(spawns);
        return nanoseconds(clock::now() - start).count() / spawns;
    });
}

template <class Ours, class Theirs>
std::pair<double, double> in_turns_on_one_core(const Settings& settings, Ours ours, Theirs theirs) {
    pin_to(cores().load);
    ours();  // warm
    theirs();
    return in_turns(settings.rounds, ours, theirs);
}

std::vector<Row> measure_sleep(const Settings& settings) {
    const auto [ours, theirs] = in_turns_on_one_core(settings, fiber_nap, thread_nap);
    return {{.name = "sleep/300us",
             .value = ours,
             .unit = "us",
             .reference = theirs,
             .better = Better::lower,
             .limit = 1000}};
}

std::vector<Row> measure_switch(const Settings& settings) {
    const auto [ours, theirs] = in_turns_on_one_core(
        settings, fiber_switch, [] { return bare_switch(yielding_fibers, yields_each); });
    return {
        {.name = "switch/1000", .value = ours, .unit = "ns", .reference = theirs, .better = Better::lower}};
}

std::vector<Row> measure_spawn(const Settings& settings) {
    const auto [ours, theirs] =
        in_turns_on_one_core(settings, fiber_spawn, [] { return bare_spawn(spawns); });
    return {
        {.name = "spawn/serial", .value = ours, .unit = "ns", .reference = theirs, .better = Better::lower}};
}

}  // namespace

std::vector<Benchmark> fiber_benchmarks() {
    return {{{"sleep/300us"}, measure_sleep},
            {{"switch/1000"}, measure_switch},
            {{"spawn/serial"}, measure_spawn}};
}

}  // namespace bench
