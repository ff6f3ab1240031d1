// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace areq {

/// How links are found.
enum class LinkFinder {
    html,   ///< libxml2's HTML parser: the href of every element but <base>, which they are resolved against.
    regex,  ///< What href="(.*?)" matches anywhere in the text, as the tutorial has it.
};

/// The links of a page, each once, resolved against `url`, the address at which the page was found at last.
/// `charset` is what the server said of the text, empty if it said nothing. Links that make no sense are left
/// out.
std::set<std::string> find_links(std::string_view html, const std::string& url, LinkFinder finder,
                                 const std::string& charset = {});

/// The hrefs as they stand in the page: what the tutorial's HREF_RE.findall(html) returns.
std::vector<std::string> match_hrefs(std::string_view html);

}  // namespace areq
