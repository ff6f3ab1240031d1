// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// When each of twenty GETs is answered: default pool, twenty workers, no
// threads. The curve of the first has steps; all three are drawn into
// step_curve.svg.
#include <fmt/core.h>

#include <algorithm>
#include <fibers/fibers.hpp>
#include <fstream>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <string>
#include <vector>

#include "support/curve.hpp"
#include "support/pace.hpp"
#include "support/web.hpp"

// The same call for all of them: on a thread it blocks the thread, in a fiber
// the fiber.
void blocking_get() {
    tutorial::blocking_get(tutorial::slow_page(1));
}

tutorial::Curve measure(const std::string& name, const std::function<void()>& get) {
    const tutorial::Stopwatch watch;
    const std::vector<std::function<double()>> timed(20, [&] {
        get();
        return watch.seconds();
    });
    auto times = fibers::gather(timed).get();
    std::ranges::sort(times);
    for (std::size_t i = 0; i < times.size(); ++i) {
        fmt::print("{}: {} answered after {:.2f} seconds\n", name, i + 1, times[i]);
    }
    return {name, times};
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        fibers::ThreadPoolExecutor executor(20);
        const auto on = [](auto& pool) { return [&] { fibers::run_in_executor(pool, blocking_get).get(); }; };
        std::vector<tutorial::Curve> curves;
        curves.push_back(measure("default pool", [] { fibers::to_thread(blocking_get).get(); }));
        curves.push_back(measure("20 workers", on(executor)));
        curves.push_back(measure("no threads", blocking_get));
        std::ofstream("step_curve.svg") << tutorial::draw(curves);
    });
}
