// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same scraper with gather(): all pages first, then the work on them, in the order of the list.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

using tutorial::slow_page;
using Page = std::pair<std::string, std::string>;

std::string extract_data(const Page& raw_data) {
    const auto& [url, html] = raw_data;
    std::smatch title;
    const bool found = std::regex_search(html, title, std::regex("<title>(.*?)</title>"));
    const auto path = url.substr(tutorial::page("").size());
    return path.substr(0, path.find('?')) + ": " + (found ? title.str(1) : "no title");
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        http::Session session;
        std::vector<std::function<Page()>> requests;
        for (const auto& url : {slow_page(3, "/"), slow_page(1, "/docs/"), slow_page(2, "/docs/plain.txt")}) {
            requests.push_back([&session, url] { return Page(url, session.get(url).text()); });
        }
        for (const auto& result : fibers::gather(requests).get()) fmt::print("{}\n", extract_data(result));
    });
}
