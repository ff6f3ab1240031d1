// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Measures what the project promises of its speed and size, each beside a reference in the same run.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "row.hpp"

namespace {

using bench::Row;

const char* name_of(bench::Better better) {
    return better == bench::Better::higher ? "higher" : "lower";
}

void print_json(const Row& row) {
    const nlohmann::ordered_json object = {{"name", row.name},     {"value", row.value},
                                           {"unit", row.unit},     {"reference", row.reference},
                                           {"ratio", row.ratio()}, {"better", name_of(row.better)}};
    std::printf("%s\n", object.dump().c_str());
    std::fflush(stdout);
}

void print_heading() {
    std::printf("%-32s %12s %-11s %12s %7s %s\n", "name", "value", "unit", "reference", "ratio", "better");
}

void print_line(const Row& row) {
    const int digits = row.value < 100 && row.reference < 100 ? 2 : 0;
    std::printf("%-32s %12.*f %-11s %12.*f %7.2f %s\n", row.name.c_str(), digits, row.value, row.unit.c_str(),
                digits, row.reference, row.ratio(), name_of(row.better));
    std::fflush(stdout);
}

void report_if_broken(const Row& row) {
    if (row.kept()) return;
    if (row.least_ratio)
        std::fprintf(stderr, "%s: ratio %.3f, promised at least %.2f\n", row.name.c_str(), row.ratio(),
                     *row.least_ratio);
    if (row.most_ratio)
        std::fprintf(stderr, "%s: ratio %.3f, promised at most %.2f\n", row.name.c_str(), row.ratio(),
                     *row.most_ratio);
    if (row.limit)
        std::fprintf(stderr, "%s: %.4g %s, promised at most %.4g\n", row.name.c_str(), row.value,
                     row.unit.c_str(), *row.limit);
}

std::vector<bench::Benchmark> all_benchmarks() {
    std::vector<bench::Benchmark> all;
    const auto add = [&all](std::vector<bench::Benchmark> some) {
        for (auto& benchmark : some) all.push_back(std::move(benchmark));
    };
    add(bench::echo_benchmarks(100));
    add(bench::echo_benchmarks(1000));
    add(bench::fiber_benchmarks());
    add(bench::memory_benchmarks());
    add(bench::dns_benchmarks());
    return all;
}

bool matches(const std::string& name, const std::string& filter) {
    return name.find(filter) != std::string::npos;
}

/// Servers and load each hold a descriptor per connection.
void allow_many_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// Measures what the filter names, prints it row by row, and returns how many promises were broken.
int run(const std::string& filter, const bench::Settings& settings, bool json) {
    int rows = 0, broken = 0;
    if (!json) print_heading();
    for (const auto& benchmark : all_benchmarks()) {
        const bool wanted = std::any_of(benchmark.names.begin(), benchmark.names.end(),
                                        [&](const auto& name) { return matches(name, filter); });
        if (!wanted) continue;
        for (const auto& row : benchmark.measure(settings)) {
            if (!matches(row.name, filter)) continue;
            json ? print_json(row) : print_line(row);
            report_if_broken(row);
            ++rows;
            broken += row.kept() ? 0 : 1;
        }
    }
    if (rows == 0) std::fprintf(stderr, "no row's name contains '%s'\n", filter.c_str());
    return rows == 0 ? 1 : broken;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Benchmarks; ratio is ours divided by the reference. Ends with 1 if a promise was broken."};
    std::string filter;
    bool json = false, quick = false;
    app.add_option("filter", filter, "only rows whose name contains this");
    app.add_flag("--json", json, "one JSON object per row");
    app.add_flag("--quick", quick, "a look in a few seconds: shorter, and so less exact");
    CLI11_PARSE(app, argc, argv);

    bench::Settings settings;
    if (quick) settings = {.rounds = 3, .slice = std::chrono::milliseconds(50), .slices = 2};
    allow_many_descriptors();
    try {
        return run(filter, settings, json) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 2;
    }
}
