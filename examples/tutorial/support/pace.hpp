// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace tutorial {

/// A duration as std::this_thread::sleep_for() and fibers::sleep() want it.
using Seconds = std::chrono::duration<double>;

/// So many of the tutorial's seconds, in real ones. The tutorials wait for whole seconds; TUTORIAL_SCALE=0.1
/// in the environment makes theirs a tenth of ours, here and in pace.py.
Seconds seconds(double number);

/// Counts the tutorial's seconds from when it is made.
class Stopwatch {
public:
    double seconds() const;

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace tutorial
