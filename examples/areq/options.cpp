// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <stdexcept>

namespace areq {

namespace {

// The lines of a file ("-" for standard input) without the space around them; empty ones and #comments left
// out.
std::vector<std::string> read_lines(const std::string& path) {
    std::ifstream file;
    if (path != "-") file.open(path);
    std::istream& in = path == "-" ? std::cin : file;
    if (!in) throw CLI::FileError::Missing(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        CLI::detail::trim(line);
        if (!line.empty() && line.front() != '#') lines.push_back(line);
    }
    return lines;
}

// HOST:PORT:ADDRESS[,ADDRESS…], as curl's option. Addresses may hold colons, hosts and ports do not.
void add_address(const std::string& text, std::map<std::string, std::string>& addresses) {
    const auto host_end = text.find(':');
    const auto port_end = host_end == std::string::npos ? host_end : text.find(':', host_end + 1);
    if (port_end == std::string::npos || port_end + 1 == text.size()) {
        throw CLI::ValidationError("--resolve", "'" + text + "' is not HOST:PORT:ADDRESS");
    }
    addresses[text.substr(0, port_end)] = text.substr(port_end + 1);
}

std::map<std::string, std::string> read_addresses(const std::vector<std::string>& given) {
    std::map<std::string, std::string> addresses;
    for (const auto& text : given) {
        if (!text.starts_with('@')) {
            add_address(text, addresses);
            continue;
        }
        for (const auto& line : read_lines(text.substr(1))) add_address(line, addresses);
    }
    return addresses;
}

// Each URL once, in the order given.
std::vector<std::string> without_repetitions(const std::vector<std::string>& urls) {
    std::set<std::string> seen;
    std::vector<std::string> result;
    for (const auto& url : urls) {
        if (seen.insert(url).second) result.push_back(url);
    }
    return result;
}

std::chrono::milliseconds from_seconds(double seconds) {
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

// Options whose type on the command line is not the one we want to work with.
struct Raw {
    std::vector<std::string> files;
    std::vector<std::string> resolve;
    double timeout = 30;
    double connect_timeout = 10;
    double backoff = 0.2;
};

void add_input_and_output(CLI::App& app, Options& options, Raw& raw) {
    app.add_option("urls", options.urls, "pages to visit");
    app.add_option("-i,--input", raw.files, "file with one URL a line; - for standard input")
        ->allow_extra_args(false);
    app.add_option("-o,--output", options.output, "file for the links, tab-separated")->capture_default_str();
    app.add_option("--graph", options.graph,
                   "draw the pages and how they link to each other into an SVG file");
    app.add_option("--stats", options.stats, "write the figures of the summary into a JSON file");
    app.add_flag("--regex", options.regex, "find links with href=\"(.*?)\" instead of an HTML parser");
    app.add_option("--parse-processes", options.parse_processes,
                   "find links in so many processes; 0: in our own")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    app.add_flag("--sequential", options.sequential, "one page after the other, without fibers");
    app.add_flag("-v,--verbose", options.verbose, "also log redirects and repeated attempts");
    app.add_flag("-q,--quiet", options.quiet, "log errors only");
}

void add_limits(CLI::App& app, Options& options, Raw& raw) {
    const CLI::Range seconds(0.001, 86'400.0);
    app.add_option("--limit", options.limit, "most connections open at once")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--limit-per-host", options.limit_per_host, "most connections to one host; 0: no limit")
        ->capture_default_str();
    app.add_option("--timeout", raw.timeout, "seconds for one request")
        ->check(seconds)
        ->capture_default_str();
    app.add_option("--connect-timeout", raw.connect_timeout, "seconds for connecting")
        ->check(seconds)
        ->capture_default_str();
    app.add_option("--retries", options.retries, "repetitions of a request that may yet succeed")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    app.add_option("--backoff", raw.backoff, "seconds before the first repetition, doubling each time")
        ->check(seconds)
        ->capture_default_str();
    app.add_option("--max-redirects", options.max_redirects, "redirects followed")->capture_default_str();
    app.add_option("--max-bytes", options.max_bytes, "largest page taken, as 500k or 10MiB")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber);
}

void add_connection(CLI::App& app, Options& options, Raw& raw) {
    app.add_option("--cacert", options.ca_file, "file of certificates to trust")->check(CLI::ExistingFile);
    app.add_flag("--insecure", options.insecure, "believe any certificate");
    app.add_option("--user-agent", options.user_agent, "how to introduce ourselves")->capture_default_str();
    app.add_option("--resolve", raw.resolve, "HOST:PORT:ADDRESS, or @FILE of such lines: do not look HOST up")
        ->allow_extra_args(false);
    app.footer(
        "A proxy is taken from the environment (http_proxy, https_proxy, no_proxy).\n"
        "Exit code: 0 all well, 1 some pages failed, 2 wrong usage, 130 interrupted.");
}

}  // namespace

Options read_options(int argc, char** argv) {
    Options options;
    Raw raw;
    CLI::App app("Visits pages side by side and writes down the links that they hold.", "areq");
    add_input_and_output(app, options, raw);
    add_limits(app, options, raw);
    add_connection(app, options, raw);
    try {
        app.parse(argc, argv);
        for (const auto& file : raw.files) {
            const auto lines = read_lines(file);
            options.urls.insert(options.urls.end(), lines.begin(), lines.end());
        }
        options.addresses = read_addresses(raw.resolve);
        options.urls = without_repetitions(options.urls);
        if (options.urls.empty()) throw CLI::RequiredError("a URL, or --input,");
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    options.timeout = from_seconds(raw.timeout);
    options.connect_timeout = from_seconds(raw.connect_timeout);
    options.backoff = from_seconds(raw.backoff);
    return options;
}

}  // namespace areq
