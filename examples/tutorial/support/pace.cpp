// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "pace.hpp"

#include <cstdlib>

namespace tutorial {

namespace {

double scale() {
    static const double value = [] {
        const char* const text = std::getenv("TUTORIAL_SCALE");
        return text == nullptr ? 1.0 : std::atof(text);
    }();
    return value;
}

}  // namespace

Seconds seconds(double number) {
    return Seconds(number * scale());
}

double Stopwatch::seconds() const {
    return Seconds(std::chrono::steady_clock::now() - start_).count() / scale();
}

}  // namespace tutorial
