// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Ten calls that block, on a pool of two threads: five rounds of one second.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <thread>
#include <vector>

#include "support/pace.hpp"

void download_img(int number) {
    fmt::print("Downloading:{}\n", number);
    std::this_thread::sleep_for(tutorial::seconds(1));
    fmt::print("Downloaded:{}\n", number);
}

int main() {
    const tutorial::Stopwatch watch;
    fibers::run([] {
        fibers::ThreadPoolExecutor executor(2);
        std::vector<fibers::Future<void>> calls;
        for (int i = 0; i < 10; ++i) calls.push_back(fibers::run_in_executor(executor, download_img, i));
        fibers::gather(calls).get();
    });
    fmt::print("took {:.1f} seconds\n", watch.seconds());
}
