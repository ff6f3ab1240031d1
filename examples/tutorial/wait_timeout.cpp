// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// wait() stops waiting after two seconds and says who is done and who is not; it cancels nobody.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <vector>

#include "support/pace.hpp"

using tutorial::seconds;

void my_worker(int number) {
    fibers::sleep(seconds(number));
    fmt::print("Hello World\n");
}

void show(const char* what, const std::vector<fibers::Task<void>>& tasks) {
    fmt::print("{}:", what);
    for (const auto& task : tasks) fmt::print(" {}", task.name());
    fmt::print("\n");
}

int main() {
    fibers::run([] {
        std::vector<fibers::Task<void>> workers;
        for (const int i : {0, 1, 5}) {
            workers.push_back(
                fibers::create_task([i] { my_worker(i); }, {.name = fmt::format("worker {}", i)}));
        }
        const auto [done, pending] = fibers::wait(workers, {.timeout = fibers::to_duration(seconds(2))});
        show("done", done);
        show("pending", pending);
    });
}
