// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// An echo server of fibers with patched read and write, beside one written by hand over epoll.
#include <sys/syscall.h>

#include <cstdio>
#include <initializer_list>
#include <string>

#include "load.hpp"
#include "row.hpp"
#include "server.hpp"
#include "syscall_count.hpp"

namespace bench {
namespace {

constexpr double saturated = 0.9;
constexpr auto warm_up = std::chrono::milliseconds(300);

/// A server under its load.
struct Side {
    Side(const std::string& program, int connections) : server(program), load(server.port(), connections) {
        load.run_for(warm_up);
    }

    void turn(std::chrono::duration<double> slice) {
        const auto cpu_before = server.cpu_time();
        const auto rate = load.run_for(slice);
        on_cpu += server.cpu_time() - cpu_before;
        elapsed += rate.elapsed;
        requests += rate.requests;
        rates.push_back(rate.per_second());
    }
    [[nodiscard]] double cpu_per_request() const {
        return std::chrono::duration<double, std::micro>(on_cpu).count() / static_cast<double>(requests);
    }
    double end_round() { return median(std::exchange(rates, {})); }

    Server server;
    Load load;
    std::vector<double> rates;                // of the turns in this round
    std::chrono::duration<double> on_cpu{};   // in all turns
    std::chrono::duration<double> elapsed{};  // in all turns
    std::uint64_t requests = 0;               // in all turns
};

/// Without a server at its limit the figure would be the load's own: said, because the numbers don't show it.
void warn_if_idle(const std::string& name, const char* which, const Side& side) {
    const double share = side.on_cpu / side.elapsed;
    if (share < saturated)
        std::fprintf(stderr, "%s: %s used only %.0f %% of its core: something else was the limit\n",
                     name.c_str(), which, share * 100);
}

std::vector<Row> measure_rate(const std::string& prefix, int connections, const Settings& settings) {
    pin_to(cores().load);
    Side fibers("echo_fibers", connections);
    Side epoll("echo_epoll", connections);
    std::vector<double> ours, theirs;
    for (int round = 0; round < settings.rounds; ++round) {
        for (int i = 0; i < settings.slices; ++i) {
            fibers.turn(settings.slice);
            epoll.turn(settings.slice);
        }
        ours.push_back(fibers.end_round());
        theirs.push_back(epoll.end_round());
    }
    warn_if_idle(prefix + "rps", "echo_fibers", fibers);
    warn_if_idle(prefix + "rps", "echo_epoll", epoll);
    return {{.name = prefix + "rps",
             .value = median(ours),
             .unit = "requests/s",
             .reference = median(theirs),
             .better = Better::higher,
             .least_ratio = 0.95},
            // The same without what other programs took of the core meanwhile.
            {.name = prefix + "cpu_per_request",
             .value = fibers.cpu_per_request(),
             .unit = "us",
             .reference = epoll.cpu_per_request(),
             .better = Better::lower}};
}

/// System calls of a server for a known number of requests, all connections accepted before.
struct Counted {
    double requests;
    SyscallCounts calls;

    [[nodiscard]] double of(std::initializer_list<std::uint64_t> numbers) const {
        std::uint64_t sum = 0;
        for (const auto number : numbers) {
            const auto found = calls.find(number);
            if (found != calls.end()) sum += found->second;
        }
        return static_cast<double>(sum);
    }
    [[nodiscard]] double per_request() const {
        std::uint64_t sum = 0;
        for (const auto& [number, count] : calls) sum += count;
        return static_cast<double>(sum) / requests;
    }
    [[nodiscard]] double requests_per_poll() const {
        return requests / of({SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_poll});
    }
};

Counted count_calls(const std::string& program, int connections) {
    pin_to(cores().load);
    Side side(program, connections);
    SyscallCounter counter(side.server.pid());
    const auto requests = side.load.run_exactly(20'000 / static_cast<std::uint64_t>(connections));
    return {static_cast<double>(requests), counter.stop().front()};
}

std::vector<Row> measure_calls(const std::string& prefix, int connections) {
    const auto ours = count_calls("echo_fibers", connections);
    const auto theirs = count_calls("echo_epoll", connections);
    const auto calls_after_accept = [&](const char* name, std::uint64_t number) {
        return Row{.name = prefix + name,
                   .value = ours.of({number}),
                   .unit = "calls",
                   .reference = theirs.of({number}),
                   .better = Better::lower,
                   .limit = 0};
    };
    return {{.name = prefix + "syscalls_per_request",
             .value = ours.per_request(),
             .unit = "calls",
             .reference = theirs.per_request(),
             .better = Better::lower,
             .limit = 2.1},
            {.name = prefix + "requests_per_poll",
             .value = ours.requests_per_poll(),
             .unit = "requests",
             .reference = theirs.requests_per_poll(),
             .better = Better::higher},
            calls_after_accept("epoll_ctl", SYS_epoll_ctl),
            calls_after_accept("timerfd_settime", SYS_timerfd_settime)};
}

}  // namespace

std::vector<Benchmark> echo_benchmarks(int connections) {
    const std::string prefix = "echo/" + std::to_string(connections) + "/";
    return {{{prefix + "rps", prefix + "cpu_per_request"},
             [=](const Settings& settings) { return measure_rate(prefix, connections, settings); }},
            {{prefix + "syscalls_per_request", prefix + "requests_per_poll", prefix + "epoll_ctl",
              prefix + "timerfd_settime"},
             [=](const Settings&) { return measure_calls(prefix, connections); }}};
}

}  // namespace bench
