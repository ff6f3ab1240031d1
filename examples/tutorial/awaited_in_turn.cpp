// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// How not to wait: five requests of one second, one call after the other, take five seconds. A coroutine that
// is awaited where it was made is an ordinary call.
#include <fmt/core.h>

#include <fibers/fibers.hpp>

#include "support/pace.hpp"

int get_request(int url) {
    fibers::sleep(tutorial::seconds(1));
    return url;
}

int main() {
    const tutorial::Stopwatch watch;
    fibers::run([] {
        for (int url = 1; url <= 5; ++url) fmt::print("{}\n", get_request(url));
    });
    fmt::print("took {:.1f} seconds\n", watch.seconds());
}
