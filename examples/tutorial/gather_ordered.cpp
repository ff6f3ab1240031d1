// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Answers arrive in any order; gather() hands them out in the order they were asked for.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

std::string fetch(http::Session& session, int number) {
    const auto text =
        session.get(tutorial::slow_page(4 - number, fmt::format("/data/{}.json", number))).text();
    fmt::print("arrived: {}\n", number);
    return text.substr(0, text.find('\n'));
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        http::Session session;
        std::vector<std::function<std::string()>> requests;
        for (const int number : {1, 2, 3}) requests.push_back([&, number] { return fetch(session, number); });
        for (const auto& text : fibers::gather(requests).get()) fmt::print("{}\n", text);
    });
}
