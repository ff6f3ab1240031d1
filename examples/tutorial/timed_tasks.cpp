// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One task for each page; their answers are printed as JSON, and how long all of it took.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/pace.hpp"
#include "support/web.hpp"

using tutorial::slow_page;

void asynchronous(const std::vector<std::string>& urls) {
    http::Session session;
    std::vector<fibers::Task<http::Response>> tasks;
    for (const auto& url : urls) {
        tasks.push_back(fibers::create_task([&session, url] { return session.get(url); }));
    }
    for (const auto& response : fibers::gather(tasks).get()) fmt::print("{}\n", response.json().dump());
}

int main() {
    netpatch::patch_all();
    const tutorial::Stopwatch watch;
    fibers::run([] {
        asynchronous(
            {slow_page(2, "/data/1.json"), slow_page(2, "/data/2.json"), slow_page(2, "/data/3.json")});
    });
    fmt::print("{:.2f} seconds\n", watch.seconds());
}
