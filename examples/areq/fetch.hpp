// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "options.hpp"
#include "session.hpp"

namespace areq {

/// A page that was found.
struct Page {
    std::string url;      ///< Where it was found at last, after redirects.
    long status = 0;      ///< 200.
    std::string charset;  ///< As the server said; empty if it said nothing.
    std::string html;     ///< The text.
};

/// Fetches a page: follows redirects, repeats what may yet succeed. Plain synchronous code. Throws Failure.
Page fetch_html(const std::string& url, Session& session, const Options& options);

/// The charset parameter of a content type; empty if there is none. Public for its tests.
std::string charset_of(const std::string& content_type);

}  // namespace areq
