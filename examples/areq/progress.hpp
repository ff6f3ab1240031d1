// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

#include "summary.hpp"

namespace areq {

/// A line at the bottom of the terminal that says how far we are. Where standard error is no terminal it says
/// nothing.
class Progress {
public:
    explicit Progress(std::size_t total);

    /// Draws the line anew, a few times per second at most.
    void show(const Summary& summary);

    /// Takes the line away.
    void clear();

private:
    std::size_t total_;
    bool on_terminal_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point shown_{};
};

}  // namespace areq
