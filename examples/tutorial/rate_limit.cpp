// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A crawler that makes three requests in any two seconds, however fast the answers come.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <vector>

#include "http/session.hpp"
#include "support/pace.hpp"
#include "support/web.hpp"

void fetch(http::Session& session, fibers::RateLimiter& limiter, const tutorial::Stopwatch& watch,
           int number) {
    limiter.acquire();
    const double started = watch.seconds();
    const auto response = session.get(tutorial::page("/about.html"));
    fmt::print("request {} [{}] started after {:.2f} seconds\n", number, response.status, started);
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        fibers::RateLimiter limiter(3, tutorial::seconds(2));
        const tutorial::Stopwatch watch;
        http::Session session;
        std::vector<std::function<void()>> requests;
        for (int number = 0; number < 8; ++number) {
            requests.push_back([&, number] { fetch(session, limiter, watch, number); });
        }
        fibers::gather(requests).get();
    });
}
