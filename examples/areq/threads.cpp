// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "threads.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace areq {

namespace {
std::size_t peak = 1;
}

void note_threads() noexcept {
    // A directory's links are itself, its entry in its parent, and one for each directory in it: here, each
    // thread.
    struct stat tasks {};
    if (::stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink < 3) return;
    peak = std::max(peak, static_cast<std::size_t>(tasks.st_nlink) - 2);
}

std::size_t threads_at_peak() noexcept {
    return peak;
}

}  // namespace areq
