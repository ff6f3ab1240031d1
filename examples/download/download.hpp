// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <fibers/fibers.hpp>
#include <http/session.hpp>
#include <string>

#include "bars.hpp"
#include "options.hpp"
#include "partial_file.hpp"

namespace download {

/// The job: fetches all files, so many at once.
class Download {
public:
    explicit Download(const Options& options);

    /// Fetches them. To be called in a loop whose calls are patched. Throws CancelledError.
    void fetch_all();

    std::size_t fetched() const noexcept { return fetched_; }
    std::size_t failed() const noexcept { return failed_; }

private:
    struct File;

    void fetch_one(const std::string& url, const std::string& name);
    http::Response fetch(const std::string& url, File& file);

    const Options* options_;
    Bars bars_;
    fibers::Semaphore turns_;
    http::Session* session_ = nullptr;
    std::size_t fetched_ = 0;
    std::size_t failed_ = 0;
};

}  // namespace download
