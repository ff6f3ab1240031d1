// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A crawler of one site: three workers take pages from a queue and put the links there that nobody has seen
// yet.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>
#include <set>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

using tutorial::page;

struct Crawl {
    http::Session session;
    std::set<std::string> seen;
    fibers::Queue<std::string> q;

    void add(const std::string& url) {
        if (url.starts_with(page("/")) && seen.insert(url).second) q.put_nowait(url);
    }
};

void work(Crawl& crawl) {
    while (true) {
        const auto url = crawl.q.get();
        const auto response = crawl.session.get(url);
        const auto links =
            response.status == 200 ? tutorial::hrefs(response.text()) : std::vector<std::string>();
        fmt::print("{}: {}, {} links\n", url.substr(page("").size()), response.status, links.size());
        for (const auto& link : links) {
            const auto found = tutorial::urljoin(url, link);
            crawl.add(found.substr(0, found.find('#')));
        }
        crawl.q.task_done();
    }
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        Crawl crawl;
        crawl.add(page("/"));
        std::vector<fibers::Task<void>> workers;
        for (int i = 0; i < 3; ++i) workers.push_back(fibers::create_task([&crawl] { work(crawl); }));
        crawl.q.join();
        for (const auto& worker : workers) worker.cancel();
        fibers::wait(workers);  // they refer to the crawl, which ends here
        fmt::print("{} pages\n", crawl.seen.size());
    });
}
