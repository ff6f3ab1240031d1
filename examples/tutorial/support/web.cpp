// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "web.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <cstdlib>
#include <regex>

#include "http/url.hpp"
#include "pace.hpp"

namespace tutorial {

namespace {

// Before there are threads, which might otherwise all begin with it.
[[maybe_unused]] const CURLcode curl_is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);

std::size_t ignore(const char*, std::size_t, std::size_t count, void*) noexcept {
    return count;
}

}  // namespace

std::string page(const std::string& path) {
    const char* const site = std::getenv("TUTORIAL_SITE");
    return (site == nullptr ? "http://127.0.0.1:8000" : site) + path;
}

std::string slow_page(double number, const std::string& path) {
    return page(fmt::format("{}?slow={:.0f}", path, seconds(number).count() * 1000));
}

std::string urljoin(const std::string& base, const std::string& link) {
    const auto url = http::Url::parse(base);
    return url ? url->resolve(link).value_or("") : "";
}

std::vector<std::string> hrefs(const std::string& html) {
    static const std::regex pattern(R"re(href="(.*?)")re");
    std::vector<std::string> found;
    for (std::sregex_iterator match(html.begin(), html.end(), pattern), end; match != end; ++match) {
        found.push_back(match->str(1));
    }
    return found;
}

long blocking_get(const std::string& url) {
    CURL* const curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // no alarm(): it belongs to the process, not to a thread
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignore);
    curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

}  // namespace tutorial
