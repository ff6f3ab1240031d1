// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "scrape.hpp"

#include <spdlog/spdlog.h>

#include <exception>

#include "concurrency.hpp"
#include "failure.hpp"
#include "threads.hpp"

namespace areq {

namespace {

http::SessionOptions session_options(const Options& options) {
    return {.limit = options.limit,
            .limit_per_host = options.limit_per_host,
            .timeout = {.total = fibers::Duration::max(),
                        .sock_connect = options.connect_timeout,
                        .exchange = options.timeout},
            .verify = !options.insecure,
            .trust_env = true,
            .ca_file = options.ca_file,
            .user_agent = options.user_agent,
            .addresses = options.addresses,
            .keep_going = [] {
                note_threads();
                return !was_interrupted();
            }};
}

}  // namespace

Scrape::Scrape(const Options& options)
    : options_(&options),
      parser_(options.parse_processes),
      output_(options.output),
      progress_(options.urls.size()) {}

std::set<std::string> Scrape::parse(const std::string& url, http::Session& session) {
    const Page page = fetch_html(url, session, *options_);
    spdlog::info("Got response [{}] for URL: {}", page.status, url);
    const LinkFinder finder = options_->regex ? LinkFinder::regex : LinkFinder::html;
    auto links = parser_.find(page, finder);
    spdlog::info("Found {} links for {}", links.size(), url);
    return links;
}

void Scrape::write_one(const std::string& url, http::Session& session) {
    note_threads();
    try {
        const auto links = parse(url, session);
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

// One session for all pages; it ends with them, inside the loop.
void Scrape::crawl() {
    http::Session session(session_options(*options_));
    struct KeepFigures {
        ~KeepFigures() { scrape->connections_ = session->connections(); }
        Scrape* scrape;
        http::Session* session;
    } const keep{this, &session};
    visit_all(options_->urls, options_->sequential, [&](const std::string& url) { write_one(url, session); });
}

int Scrape::bulk_crawl_and_write() {
    const bool complete = run_program(options_->sequential, [this] { crawl(); });
    progress_.clear();
    if (!complete)
        spdlog::warn("Interrupted: {} of {} pages visited", summary_.visited(), options_->urls.size());
    summary_.finish(connections_);
    summary_.print();
    if (!options_->stats.empty()) summary_.write_json(options_->stats);
    if (!options_->graph.empty()) graph_.write_svg(options_->graph);
    if (!complete) return 130;
    return summary_.failures() == 0 ? 0 : 1;
}

}  // namespace areq
