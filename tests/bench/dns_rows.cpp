// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A hundred lookups at once beside one, by a server that takes 200 ms for each.
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "row.hpp"
#include "server.hpp"

namespace bench {
namespace {

constexpr double most_ratio = 1.5;
constexpr double longest_gap = 20;

struct Figures {
    double one = 0;      // ms
    double all = 0;      // ms
    double gap = 0;      // ms
    double threads = 0;  // of the process
};

Figures look_up() {
    const std::string command = "'" + sibling("lookups") + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
    Figures figures;
    const char* const form = "one %lf all %lf gap %lf threads %lf";
    if (!output ||
        std::fscanf(output.get(), form, &figures.one, &figures.all, &figures.gap, &figures.threads) != 4)
        throw std::runtime_error("no figures from: " + command);
    return figures;
}

std::vector<Row> measure(const Settings& settings) {
    std::vector<double> one, all, gap, threads;
    for (int i = 0; i < settings.rounds; ++i) {
        const Figures figures = look_up();
        one.push_back(figures.one);
        all.push_back(figures.all);
        gap.push_back(figures.gap);
        threads.push_back(figures.threads);
    }
    return {{.name = "dns/100_lookups",
             .value = median(all),
             .unit = "ms",
             .reference = median(one),
             .better = Better::lower,
             .most_ratio = most_ratio},
            {.name = "dns/longest_gap",
             .value = median(gap),
             .unit = "ms",
             .reference = 1,
             .better = Better::lower,
             .limit = longest_gap},
            {.name = "dns/threads",
             .value = median(threads),
             .unit = "threads",
             .reference = 1,
             .better = Better::lower,
             .limit = 1}};
}

}  // namespace

std::vector<Benchmark> dns_benchmarks() {
    return {{{"dns/100_lookups", "dns/longest_gap", "dns/threads"}, &measure}};
}

}  // namespace bench
