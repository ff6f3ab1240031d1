// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "scrape.hpp"

#include <spdlog/spdlog.h>

#include <exception>

#include "concurrency.hpp"
#include "failure.hpp"
#include "links.hpp"
#include "threads.hpp"

namespace areq {

Scrape::Scrape(const Options& options)
    : options_(&options), session_(options), output_(options.output), progress_(options.urls.size()) {}

std::set<std::string> Scrape::parse(const std::string& url) {
    const Page page = fetch_html(url, session_, *options_);
    spdlog::info("Got response [{}] for URL: {}", page.status, url);
    const LinkFinder finder = options_->regex ? LinkFinder::regex : LinkFinder::html;
    auto links = find_links(page.html, page.url, finder, page.charset);
    spdlog::info("Found {} links for {}", links.size(), url);
    return links;
}

void Scrape::write_one(const std::string& url) {
    note_threads();
    try {
        const auto links = parse(url);
        output_.append(url, links);
        spdlog::info("Wrote results for source URL: {}", url);
        summary_.count_page(links.size());
        if (!options_->graph.empty()) graph_.add(url, links);
    } catch (const Failure& failure) {
        spdlog::error("Could not fetch {}: {}", url, failure.what());
        summary_.count_failure(failure.kind());
    }
    progress_.show(summary_);
}

int Scrape::bulk_crawl_and_write() {
    const bool complete =
        visit_all(options_->urls, options_->sequential, [this](const std::string& url) { write_one(url); });
    progress_.clear();
    if (!complete)
        spdlog::warn("Interrupted: {} of {} pages visited", summary_.visited(), options_->urls.size());
    summary_.finish(session_.connections());
    summary_.print();
    if (!options_->stats.empty()) summary_.write_json(options_->stats);
    if (!options_->graph.empty()) graph_.write_svg(options_->graph);
    if (!complete) return 130;
    return summary_.failures() == 0 ? 0 : 1;
}

}  // namespace areq
