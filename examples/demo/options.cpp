// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <random>

namespace demo {

Options read_options(int argc, char** argv) {
    Options options;
    options.seed = std::random_device()() % 100'000;
    CLI::App app("Scrapes a site under 20 names, one page after the other and side by side, and compares.",
                 "demo");
    app.add_option("--pages", options.pages,
                   "directory of HTML pages (default: Debian's python3.11-doc, fetched)")
        ->check(CLI::ExistingDirectory);
    app.add_option("--seed", options.seed, "draws the sample (default: another one each time)");
    app.add_option("--sample", options.sample, "pages to visit one after the other")->capture_default_str();
    app.add_option("--delay", options.delay, "milliseconds for each response")->capture_default_str();
    app.add_option("--limit", options.limit, "most connections at once")
        ->check(CLI::Range(40, 10'000))
        ->capture_default_str();
    app.add_flag("--keep", options.keep, "leave the files behind and say where");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    return options;
}

}  // namespace demo
