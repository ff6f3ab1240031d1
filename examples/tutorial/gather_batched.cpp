// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Twenty pages in batches of ten, so that the server never has more than ten to answer.
#include <fmt/ranges.h>

#include <algorithm>
#include <fibers/fibers.hpp>
#include <functional>
#include <iterator>
#include <netpatch/netpatch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/pace.hpp"
#include "support/web.hpp"

std::string fetch(http::Session& session, int number) {
    const auto response = session.get(tutorial::slow_page(1, fmt::format("/data/{}.json", number % 3 + 1)));
    return response.json().at("occupation");
}

void get_all(int count, int batch_size = 10) {
    std::vector<std::string> responses;
    http::Session session;
    for (int start = 0; start < count; start += batch_size) {
        std::vector<std::function<std::string()>> batch;
        for (int number = start; number < std::min(start + batch_size, count); ++number) {
            batch.push_back([&session, number] { return fetch(session, number); });
        }
        const tutorial::Stopwatch watch;
        std::ranges::move(fibers::gather(batch).get(), std::back_inserter(responses));
        fmt::print("a batch of {} in {:.2f} seconds\n", batch.size(), watch.seconds());
    }
    fmt::print("{}\n", fmt::join(responses, " "));
}

int main() {
    netpatch::patch_all();
    fibers::run([] { get_all(20); });
}
