// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// areq with its parsing in a pool of processes: what computes long must not hold the loop up.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <fstream>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <set>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

using Links = std::vector<std::string>;

Links parse(const std::string& url, const std::string& html) {
    std::set<std::string> found;
    for (const auto& link : tutorial::hrefs(html)) found.insert(tutorial::urljoin(url, link));
    return {found.begin(), found.end()};
}

Links find_links(const std::string& url, http::Session& session, fibers::ProcessPoolExecutor& processes) {
    const auto resp = session.get(url);
    try {
        resp.raise_for_status();
    } catch (const http::ClientResponseError& e) {
        fmt::print("{}: [{}]: {}\n", url, e.status(), e.response().reason);
        return {};
    }
    return fibers::run_in_executor(processes, parse, resp.url, resp.text()).get();
}

int main() {
    fibers::ProcessPoolExecutor processes(2);
    netpatch::patch_all();
    std::vector<std::string> urls;
    std::ifstream infile("urls.txt");
    for (std::string url; std::getline(infile, url);) urls.push_back(url);
    const auto found = fibers::run([&] {
        http::Session session;
        std::vector<std::function<Links()>> jobs;
        for (const auto& url : urls) jobs.push_back([&] { return find_links(url, session, processes); });
        return fibers::gather(jobs).get();
    });
    for (std::size_t i = 0; i < urls.size(); ++i) {
        fmt::print("{}: {} links\n", urls[i], found[i].size());
        for (const auto& link : found[i]) fmt::print("    {}\n", link);
    }
}
