// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace download {

/// What the command line asked for.
struct Options {
    std::vector<std::string> urls;  ///< What is to be had.
    std::string directory = ".";    ///< Where the files go.
    std::size_t limit = 8;          ///< Most files at once.
    bool resume = true;     ///< Keep what there is of a file that was not finished, and go on with it.
    bool insecure = false;  ///< Believe any certificate.
};

/// Reads the command line; prints help or the mistake and ends the process (0 or 2) where there is nothing to
/// do.
Options read_options(int argc, char** argv);

}  // namespace download
