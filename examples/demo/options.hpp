// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace demo {

/// What the command line asked for.
struct Options {
    std::string pages;        ///< The directory of pages; the documentation of Python unless given.
    unsigned seed = 0;        ///< Draws the sample.
    std::size_t sample = 50;  ///< How many pages are also visited one after the other.
    unsigned delay = 100;     ///< Milliseconds the site takes for each response.
    std::size_t limit = 100;  ///< Most connections at once.
    bool keep = false;        ///< Leave the files behind.
};

/// Reads the command line; prints help or the mistake and ends the process where there is nothing to do.
Options read_options(int argc, char** argv);

}  // namespace demo
