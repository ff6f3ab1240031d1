// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <http/session.hpp>
#include <string>

#include "options.hpp"

namespace areq {

/// A page that was found.
struct Page {
    std::string url;      ///< Where it was found at last, after redirects.
    int status = 0;       ///< 200.
    std::string charset;  ///< As the server said; empty if it said nothing.
    std::string html;     ///< The text.
};

/// Fetches a page: follows redirects, repeats what may yet succeed. Plain synchronous code. Throws Failure.
Page fetch_html(const std::string& url, http::Session& session, const Options& options);

}  // namespace areq
