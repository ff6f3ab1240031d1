// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "figures.hpp"

#include <fmt/core.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace demo {

namespace {

void row(const std::string& name, const std::string& sequential, const std::string& concurrent) {
    fmt::print("  {:<28}{:>14}{:>14}\n", name, sequential, concurrent);
}

std::size_t count_of(const Figures& figures, const std::string& kind) {
    const auto found = figures.errors.find(kind);
    return found == figures.errors.end() ? 0 : found->second;
}

void print_errors(const Figures& sequential, const Figures& concurrent) {
    std::set<std::string> kinds;
    std::size_t sums[2] = {};
    for (const auto& [kind, count] : sequential.errors) kinds.insert(kind), sums[0] += count;
    for (const auto& [kind, count] : concurrent.errors) kinds.insert(kind), sums[1] += count;
    row("errors", std::to_string(sums[0]), std::to_string(sums[1]));
    for (const auto& kind : kinds) {
        row("  " + kind, std::to_string(count_of(sequential, kind)),
            std::to_string(count_of(concurrent, kind)));
    }
}

}  // namespace

Figures read_figures(const std::string& path) {
    const auto json = nlohmann::json::parse(std::ifstream(path));
    Figures figures;
    json.at("pages").get_to(figures.pages);
    json.at("links").get_to(figures.links);
    json.at("errors").get_to(figures.errors);
    json.at("wall_seconds").get_to(figures.wall_seconds);
    json.at("cpu_seconds").get_to(figures.cpu_seconds);
    json.at("peak_kilobytes").get_to(figures.peak_kilobytes);
    json.at("names_asked").get_to(figures.names_asked);
    json.at("connections_opened").get_to(figures.connections_opened);
    json.at("threads_at_peak").get_to(figures.threads_at_peak);
    return figures;
}

void print_table(const Figures& sequential, const Figures& concurrent, std::size_t names_at_server) {
    const Figures& a = sequential;
    const Figures& b = concurrent;
    const auto megabytes = [](const Figures& f) {
        return fmt::format("{:.1f} MB", static_cast<double>(f.peak_kilobytes) / 1024);
    };
    row("", "sequential", "concurrent");
    row("pages", std::to_string(a.pages), std::to_string(b.pages));
    row("links", std::to_string(a.links), std::to_string(b.links));
    print_errors(a, b);
    row("wall", fmt::format("{:.2f} s", a.wall_seconds), fmt::format("{:.2f} s", b.wall_seconds));
    row("pages/s", fmt::format("{:.1f}", a.pages_per_second()), fmt::format("{:.1f}", b.pages_per_second()));
    row("CPU", fmt::format("{:.2f} s", a.cpu_seconds), fmt::format("{:.2f} s", b.cpu_seconds));
    row("memory at peak", megabytes(a), megabytes(b));
    row("names asked of c-ares", std::to_string(a.names_asked), std::to_string(b.names_asked));
    row("names the name server saw", "", std::to_string(names_at_server));
    row("connections opened", std::to_string(a.connections_opened), std::to_string(b.connections_opened));
    row("threads at peak", std::to_string(a.threads_at_peak), std::to_string(b.threads_at_peak));
    row("speed-up", "1.0", fmt::format("{:.1f}", b.pages_per_second() / a.pages_per_second()));
}

}  // namespace demo
