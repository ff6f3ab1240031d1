// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The demo: a site under 20 names, scraped one page after the other and then side by side; a table, and
// checks.
#include <fmt/core.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "checks.hpp"
#include "figures.hpp"
#include "options.hpp"
#include "scratch.hpp"
#include "site.hpp"
#include "stage.hpp"

namespace {

using namespace demo;

constexpr double kSpeedUp = 15;

// A page is too slow when it takes as long as so many take one after the other. A measure of the machine as
// it is now: a busy one gives up no good page, and the page that never answers leaves room for the speed-up.
constexpr double kPatience = 25;

// The documentation of Python; fetched on the first run.
std::string find_pages(const Options& options) {
    if (!options.pages.empty()) return std::filesystem::absolute(options.pages);
    const std::string pages = DEMO_PAGES;
    if (!std::filesystem::exists(pages)) {
        Child prepare({{"/bin/bash", DEMO_SOURCE "/prepare.sh"}});
        prepare.read_rest();
        if (prepare.wait() != 0)
            throw std::runtime_error("no pages: give a directory of HTML files with --pages");
    }
    return pages;
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
    std::ofstream file(path);
    for (const auto& line : lines) file << line << '\n';
}

// What both runs have in common. Nothing is repeated: each bad URL is to count once.
std::vector<std::string> common_arguments(const Options& options, const std::string& name, double timeout) {
    return {"--input",          name + ".txt",
            "--output",         name + ".tsv",
            "--stats",          name + ".json",
            "--limit",          std::to_string(options.limit),
            "--limit-per-host", std::to_string((options.limit - 20) / Site::kHosts),
            "--timeout",        fmt::format("{:.1f}", timeout),
            "--retries",        "0"};
}

int scrape_sequentially(const Options& options, const Stage& stage, const std::vector<std::string>& urls) {
    write_lines("sequential.txt", urls);
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < Site::kHosts; ++i) {
        addresses.push_back(Site::host(i) + ":" + std::to_string(stage.site_port()) + ":127.0.0.1");
    }
    write_lines("addresses.txt", addresses);
    auto arguments = common_arguments(options, "sequential", 30);
    arguments.insert(arguments.end(), {"--sequential", "--resolve", "@addresses.txt"});
    return start_areq(arguments, "sequential.log", stage.name_server())->wait();
}

int scrape_concurrently(const Options& options, const Stage& stage, std::vector<std::string> urls,
                        const std::map<std::string, std::string>& bad, double timeout) {
    for (const auto& [url, reason] : bad) urls.insert(urls.begin(), url);
    write_lines("concurrent.txt", urls);
    return start_areq(common_arguments(options, "concurrent", timeout), "concurrent.log", stage.name_server())
        ->wait();
}

std::map<std::string, std::size_t> count_reasons(const std::map<std::string, std::string>& bad) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [url, reason] : bad) ++counts[reason];
    return counts;
}

void check_figures(const Options& options, const Figures& sequential, const Figures& concurrent,
                   Checks& checks) {
    const double speed_up = concurrent.pages_per_second() / sequential.pages_per_second();
    checks.expect(speed_up >= kSpeedUp, "pages/s side by side",
                  fmt::format("{:.1f} is {:.1f} times {:.1f}, wanted {} times", concurrent.pages_per_second(),
                              speed_up, sequential.pages_per_second(), kSpeedUp));
    checks.expect(concurrent.names_asked >= Site::kHosts, "names asked of c-ares",
                  fmt::format("{}, wanted {} or more", concurrent.names_asked, Site::kHosts));
    checks.expect(concurrent.connections_opened <= options.limit, "connections opened",
                  fmt::format("{}, wanted {} or fewer", concurrent.connections_opened, options.limit));
    checks.expect(concurrent.threads_at_peak == 1, "threads at peak",
                  fmt::format("{}, wanted 1", concurrent.threads_at_peak));
}

bool run(const Options& options) {
    const std::string pages = find_pages(options);
    const Scratch scratch(options.keep);
    Stage stage(pages, options.delay);
    const DeadPort dead_port;
    const Site site(pages, stage.site_port());
    const auto sample = site.sample(options.sample, options.seed);
    const auto bad = bad_urls(stage.site_port(), dead_port.number());

    fmt::print("{} pages under {} names and {} bad URLs, {} ms for each response; the sample's seed is {}\n",
               site.urls().size(), Site::kHosts, bad.size(), options.delay, options.seed);
    std::fflush(stdout);
    const int sequential_code = scrape_sequentially(options, stage, sample);
    const Figures sequential = read_figures("sequential.json");
    const double timeout = kPatience / sequential.pages_per_second();
    const int concurrent_code = scrape_concurrently(options, stage, site.urls(), bad, timeout);
    const Figures concurrent = read_figures("concurrent.json");
    print_table(sequential, concurrent, stage.names_asked());

    Checks checks;
    checks.expect(sequential_code == 0 && sequential.pages == sample.size(), "pages one after the other",
                  fmt::format("{} of {}, exit code {}", sequential.pages, sample.size(), sequential_code));
    checks.expect(
        concurrent_code == 1 && concurrent.pages == site.urls().size(), "good pages side by side",
        fmt::format("{} of {}, exit code {}", concurrent.pages, site.urls().size(), concurrent_code));
    checks.expect(concurrent.errors == count_reasons(bad), "bad URLs, each for its reason",
                  fmt::format("of {}", bad.size()));
    const Lines lines = read_table("concurrent.tsv");
    checks.expect_equal(lines_of(lines, sample), read_table("sequential.tsv"),
                        "links of the sample, against sequential");
    checks.expect_equal(lines, site.reference(), "links of all pages, against the files");
    check_figures(options, sequential, concurrent, checks);
    return checks.passed();
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = read_options(argc, argv);
    try {
        return run(options) ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "demo: {}\n", error.what());
        return 1;
    }
}
