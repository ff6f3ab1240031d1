// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "table.hpp"

namespace dns_server {

namespace {

constexpr const char* kEntries =
    "An entry is one of\n"
    "  NAME=1.2.3.4            an address\n"
    "  NAME=SLOW:MS:1.2.3.4    the same, after so many milliseconds\n"
    "  NAME=SERVFAIL           the server failed to find out\n"
    "Any other name does not exist (NXDOMAIN). Only addresses (A) are known; a known name has no other "
    "records.";

}  // namespace

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app("Answers questions for names from a table.", "dns_server");
    app.footer(kEntries);
    app.add_option("--address", options.address, "IPv4 address to answer on")->capture_default_str();
    app.add_option("--port", options.port, "port to answer on; 0 takes a free one")->capture_default_str();
    app.add_option("entries", options.entries, "the table")->check([](const std::string& entry) {
        return parse_entry(entry) ? std::string() : "not an entry: " + entry;
    });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    return options;
}

}  // namespace dns_server
