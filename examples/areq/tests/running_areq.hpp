// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "child.hpp"
#include "scratch.hpp"
#include "stage.hpp"

namespace areq_test {

/// A small site with its servers, and areq to be run against it; in a directory of its own.
class RunningAreq {
public:
    RunningAreq();

    /// Runs areq to its end and returns its exit code. What it logged is in log().
    int run(std::vector<std::string> arguments);

    /// The same with standard error closed.
    int run_without_log(const std::vector<std::string>& arguments);

    /// Starts areq without waiting for it.
    std::unique_ptr<demo::Child> start(std::vector<std::string> arguments);

    /// What the last run wrote to standard error.
    std::string log() const;

    /// The lines of foundurls.txt.
    std::vector<std::string> table() const;

    /// A URL of the site, by the name that the name server knows.
    std::string url(const std::string& path) const;

    /// Any address at the site's port.
    std::string url_at(const std::string& host, const std::string& path) const;

private:
    demo::Scratch scratch_;
    demo::Stage stage_;
};

}  // namespace areq_test
