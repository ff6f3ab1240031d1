// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace demo {

/// What areq says of a run with --stats.
struct Figures {
    std::size_t pages = 0;                      ///< Pages fetched.
    std::size_t links = 0;                      ///< Links found on them.
    std::map<std::string, std::size_t> errors;  ///< Failures by kind.
    double wall_seconds = 0;                    ///< How long it took.
    double cpu_seconds = 0;                     ///< Of that, computing.
    std::size_t peak_kilobytes = 0;             ///< Memory at peak.
    std::size_t names_asked = 0;                ///< Names the library asked c-ares for.
    std::size_t connections_opened = 0;         ///< Connections opened, or tried to.
    std::size_t threads_at_peak = 0;            ///< Threads at peak, as sampled.

    double pages_per_second() const { return static_cast<double>(pages) / wall_seconds; }
};

/// Reads the file. Throws std::exception when it is not what areq writes.
Figures read_figures(const std::string& path);

/// Prints the two runs side by side; `names_at_server` is what the name server counted.
void print_table(const Figures& sequential, const Figures& concurrent, std::size_t names_at_server);

}  // namespace demo
