// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One session across several gathers, closed at the end: the second round finds its connections still open.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

int call_url(http::Session& session, int number) {
    const auto response = session.get(tutorial::slow_page(1, fmt::format("/data/{}.json", number)));
    return response.json().at("id");
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        http::Session session;
        for (int round = 0; round < 2; ++round) {
            std::vector<std::function<int()>> calls;
            for (const int x : {1, 2, 3}) calls.push_back([&, x] { return call_url(session, x); });
            fmt::print("{}\n", fibers::gather(calls).get());
            fmt::print("connections opened: {}\n", session.connections().opened);
        }
    });
}
