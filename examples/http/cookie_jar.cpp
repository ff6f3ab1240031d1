// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "cookie_jar.hpp"

#include <array>
#include <new>
#include <optional>
#include <string_view>

namespace http {

namespace {

// A line of Netscape's format: domain, tail match, path, secure, expires, name, value, with tabs between.
std::optional<Cookie> read_cookie(std::string_view line) {
    constexpr std::string_view http_only = "#HttpOnly_";
    if (line.starts_with(http_only)) line.remove_prefix(http_only.size());
    std::array<std::string, 7> columns;
    for (auto& column : columns) {
        const auto tab = line.find('\t');
        column = line.substr(0, tab);
        line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
    }
    if (columns[5].empty()) return std::nullopt;
    return Cookie{columns[0], columns[2], columns[5], columns[6]};
}

}  // namespace

CookieJar::CookieJar() : share_(curl_share_init()) {
    if (!share_) throw std::bad_alloc();
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

void CookieJar::attach(CURL* curl) const noexcept {
    curl_easy_setopt(curl, CURLOPT_SHARE, share_.get());
    curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
}

std::unique_ptr<CURL, CookieJar::EndHandle> CookieJar::borrow() const {
    std::unique_ptr<CURL, EndHandle> curl(curl_easy_init());
    if (!curl) throw std::bad_alloc();
    attach(curl.get());
    return curl;
}

std::vector<Cookie> CookieJar::cookies() const {
    const auto curl = borrow();
    curl_slist* list = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_COOKIELIST, &list);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owner(list, &curl_slist_free_all);
    std::vector<Cookie> result;
    for (; list != nullptr; list = list->next) {
        if (auto cookie = read_cookie(list->data)) result.push_back(*std::move(cookie));
    }
    return result;
}

void CookieJar::clear() {
    curl_easy_setopt(borrow().get(), CURLOPT_COOKIELIST, "ALL");
}

}  // namespace http
