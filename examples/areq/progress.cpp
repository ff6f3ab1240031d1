// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace areq {

Progress::Progress(std::size_t total)
    : total_(total), on_terminal_(::isatty(STDERR_FILENO) == 1), began_(std::chrono::steady_clock::now()) {}

void Progress::show(const Summary& summary) {
    if (!on_terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(50)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    fmt::print(stderr, "\r\033[K{} of {} pages, {} errors, {:.0f} pages/s", summary.visited(), total_,
               summary.failures(), static_cast<double>(summary.visited()) / seconds);
}

void Progress::clear() {
    if (on_terminal_) fmt::print(stderr, "\r\033[K");
}

}  // namespace areq
