// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace download {

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app("Fetches files side by side, with a bar for each on a terminal.", "download");
    app.add_option("urls", options.urls, "what to fetch: images, and files of any size")->required();
    app.add_option("-o,--directory", options.directory, "where the files go")
        ->check(CLI::ExistingDirectory)
        ->capture_default_str();
    app.add_option("--limit", options.limit, "most files at once")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_flag("!--no-resume", options.resume,
                 "remove what was begun instead of going on with it next time");
    app.add_flag("--insecure", options.insecure, "believe any certificate");
    app.footer(
        "While a file is not complete its name ends in .part. What was begun is continued the next time, if "
        "the\n"
        "server says that the file is still the same.\n"
        "Exit code: 0 all well, 1 some files failed, 2 wrong usage, 130 interrupted.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    return options;
}

}  // namespace download
