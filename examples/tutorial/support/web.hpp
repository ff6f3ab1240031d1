// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The pages that the programs ask for, and what they look for in them. TUTORIAL_SITE in the environment names
// the server: examples/site_server, which the runner and the tests start.
#pragma once

#include <string>
#include <vector>

namespace tutorial {

/// The URL of a page of the site.
std::string page(const std::string& path);

/// That of a page which comes after so many of the tutorial's seconds.
std::string slow_page(double number, const std::string& path = "/");

/// The URL that `link` means on the page `base`: urllib.parse.urljoin(). Empty if it means none.
std::string urljoin(const std::string& base, const std::string& link);

/// What stands in the page's href="…", in order.
std::vector<std::string> hrefs(const std::string& html);

/// A GET as anybody writes it who has never heard of fibers. Returns the status, 0 if there was no answer.
long blocking_get(const std::string& url);

}  // namespace tutorial
