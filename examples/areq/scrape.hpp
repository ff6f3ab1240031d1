// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <http/session.hpp>
#include <set>
#include <string>

#include "fetch.hpp"
#include "graph.hpp"
#include "options.hpp"
#include "output.hpp"
#include "parser.hpp"
#include "progress.hpp"
#include "summary.hpp"

namespace areq {

/// The job: visits all pages and writes their links down. The functions are the tutorial's, and as
/// synchronous as code can be: what makes them run side by side is visit_all().
class Scrape {
public:
    /// Throws std::system_error when the output cannot be written.
    explicit Scrape(const Options& options);

    /// Visits all URLs. Returns the exit code.
    int bulk_crawl_and_write();

private:
    void crawl();
    void write_one(const std::string& url, http::Session& session);
    std::set<std::string> parse(const std::string& url, http::Session& session);

    const Options* options_;
    Parser parser_;
    Output output_;
    Graph graph_;
    Summary summary_;
    http::ConnectionFigures connections_;
    Progress progress_;
};

}  // namespace areq
