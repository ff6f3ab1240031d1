// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace site_server {

namespace {

constexpr const char* kRoutes =
    "Besides files there are routes that misbehave:\n"
    "  /-/redirect?to=URL     302 to URL (default /)\n"
    "  /-/redirect-loop       302 to itself, by way of a second address\n"
    "  /-/status/CODE         answers with that code\n"
    "  /-/flaky/N/KEY         503 to the first N requests for this KEY, then a page\n"
    "  /-/echo                tells in JSON what was posted there, a form or JSON\n"
    "  /-/text                a page that is not HTML\n"
    "  /-/big?bytes=N         N bytes of HTML (default 64 MiB)\n"
    "  /-/drip?bytes=N        N bytes (default 100), one every 100 ms\n"
    "  /-/reset               resets the connection instead of answering\n"
    "  /-/never               never answers\n"
    "Any page: ?slow=MS holds it back by so many milliseconds.\n";

}  // namespace

Options read_options(int argc, char** argv) {
    Options options;
    std::int64_t delay = 0;
    CLI::App app("Serves a directory over HTTP/1.1, keep-alive included.", "site_server");
    app.footer(kRoutes);
    app.add_option("--root", options.root, "directory to serve")->check(CLI::ExistingDirectory);
    app.add_option("--address", options.address, "IPv4 address to listen on")->capture_default_str();
    app.add_option("--port", options.port, "port to listen on; 0 takes a free one")->capture_default_str();
    app.add_option("--delay", delay, "milliseconds to hold each response back")
        ->check(CLI::Range(0, 3'600'000))
        ->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    options.delay = std::chrono::milliseconds(delay);
    return options;
}

}  // namespace site_server
