// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Gets the links out of many pages at once and writes them to foundurls.txt: the tutorial's full program, in
// its size. (examples/areq is the one that grew up.)
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <netpatch/netpatch.hpp>
#include <set>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

using http::Session;
using Links = std::set<std::string>;

http::Response fetch_html(const std::string& url, Session& session) {
    auto resp = session.get(url);
    resp.raise_for_status();
    fmt::print("INFO:areq: Got response [{}] for URL: {}\n", resp.status, url);
    return resp;
}

Links parse(const std::string& url, Session& session) {
    Links found;
    try {
        const auto resp = fetch_html(url, session);
        for (const auto& link : tutorial::hrefs(resp.text())) found.insert(tutorial::urljoin(resp.url, link));
        fmt::print("INFO:areq: Found {} links for {}\n", found.size(), url);
    } catch (const http::ClientResponseError& e) {
        fmt::print("ERROR:areq: HTTP exception for {} [{}]: {}\n", url, e.status(), e.response().reason);
    } catch (const http::ClientConnectionError& e) {
        fmt::print("ERROR:areq: Non-HTTP exception for {}: connection broken\n", url);
    }
    return found;
}

void write_one(const std::string& file, const std::string& url, Session& session) {
    const auto res = parse(url, session);
    if (res.empty()) return;
    std::ofstream f(file, std::ios::app);
    for (const auto& p : res) f << url << '\t' << p << '\n';
    fmt::print("INFO:areq: Wrote results for source URL: {}\n", url);
}

void bulk_crawl_and_write(const std::string& file, const Links& urls) {
    Session session;
    std::vector<std::function<void()>> jobs;
    for (const auto& url : urls) jobs.push_back([&] { write_one(file, url, session); });
    fibers::gather(jobs).get();
}

int main() {
    netpatch::patch_all();
    Links urls;
    std::ifstream infile("urls.txt");
    for (std::string url; std::getline(infile, url);) urls.insert(url);
    std::ofstream("foundurls.txt") << "source_url\tparsed_url\n";
    fibers::run([&] { bulk_crawl_and_write("foundurls.txt", urls); });
    std::fflush(stdout);
    std::cout << std::ifstream("foundurls.txt").rdbuf();
}
