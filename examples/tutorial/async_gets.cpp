// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Several GETs at once, each with a session of its own; their texts are printed in the order they were asked
// for.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

void launch(const std::vector<std::string>& urls) {
    std::vector<std::function<http::Response()>> requests;
    for (const auto& url : urls) requests.push_back([&url] { return http::Session().get(url); });
    for (const auto& resp : fibers::gather(requests).get()) fmt::print("{}\n", resp.text());
}

int main() {
    netpatch::patch_all();
    fibers::run([] { launch({tutorial::page("/about.html"), tutorial::page("/data/1.json")}); });
}
