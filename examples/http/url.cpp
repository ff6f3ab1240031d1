// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "url.hpp"

#include <algorithm>
#include <cctype>
#include <new>

namespace http {

namespace {

bool is_space(char c) {
    return std::string_view(" \t\n\r\f").find(c) != std::string_view::npos;
}

// As browsers do: no space around a link, no line breaks or tabs inside.
std::string cleaned(std::string_view link) {
    while (!link.empty() && is_space(link.front())) link.remove_prefix(1);
    while (!link.empty() && is_space(link.back())) link.remove_suffix(1);
    std::string result(link);
    std::erase_if(result, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
    return result;
}

// The scheme in front of the colon; empty for a relative link.
std::string_view scheme_of(std::string_view link) {
    const auto colon = link.find_first_of(":/?#");
    if (colon == std::string_view::npos || link[colon] != ':' || colon == 0) return {};
    const auto scheme = link.substr(0, colon);
    const bool valid = std::isalpha(static_cast<unsigned char>(scheme.front())) &&
                       std::all_of(scheme.begin(), scheme.end(), [](unsigned char c) {
                           return std::isalnum(c) || c == '+' || c == '-' || c == '.';
                       });
    return valid ? scheme : std::string_view{};
}

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_web(std::string_view scheme) {
    return same_word(scheme, "http") || same_word(scheme, "https");
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

std::optional<std::string> Url::part_of(CURLU* url, CURLUPart what, unsigned flags) {
    char* value = nullptr;
    if (curl_url_get(url, what, &value, flags) != CURLUE_OK) return std::nullopt;
    std::string result(value);
    curl_free(value);
    return result;
}

Url::Url(Handle handle) : handle_(std::move(handle)), text_(part(CURLUPART_URL).value_or("")) {}

std::optional<Url> Url::parse(const std::string& text) {
    if (!is_web(scheme_of(text))) return std::nullopt;
    Handle handle(curl_url());
    if (!handle || curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
        return std::nullopt;
    }
    return Url(std::move(handle));
}

std::optional<std::string> Url::part(CURLUPart what, unsigned flags) const {
    return part_of(handle_.get(), what, flags);
}

std::string Url::host() const {
    return part(CURLUPART_HOST, CURLU_PUNYCODE).value_or("");
}

std::string Url::port() const {
    return part(CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
}

std::string Url::path() const {
    if (auto decoded = part(CURLUPART_PATH, CURLU_URLDECODE)) return *std::move(decoded);
    return part(CURLUPART_PATH).value_or("");
}

std::string Url::origin() const {
    return part(CURLUPART_SCHEME).value_or("") + "://" + host() + ":" + port();
}

Url::Handle Url::copy_of_handle() const {
    Handle copy(curl_url_dup(handle_.get()));
    if (!copy) throw std::bad_alloc();
    return copy;
}

Url::Url(const Url& other) : handle_(other.copy_of_handle()), text_(other.text_) {}

Url Url::with_query(const std::string& parameters) const {
    Handle longer = copy_of_handle();
    if (curl_url_set(longer.get(), CURLUPART_QUERY, parameters.c_str(), CURLU_APPENDQUERY) != CURLUE_OK) {
        throw std::bad_alloc();
    }
    return Url(std::move(longer));
}

std::optional<std::string> Url::resolve(std::string_view link) const {
    const std::string wanted = cleaned(link);
    if (has_control_character(wanted)) return std::nullopt;
    const auto scheme = scheme_of(wanted);
    if (!scheme.empty() && !is_web(scheme)) return wanted;
    const Handle target = copy_of_handle();
    if (wanted.empty() || wanted.front() == '#') {
        // libcurl takes these for names of files in the same directory; they mean the page itself.
        const char* const fragment = wanted.size() > 1 ? wanted.c_str() + 1 : nullptr;
        if (curl_url_set(target.get(), CURLUPART_FRAGMENT, fragment, CURLU_URLENCODE) != CURLUE_OK)
            return std::nullopt;
    } else if (curl_url_set(target.get(), CURLUPART_URL, wanted.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
        return std::nullopt;
    }
    return part_of(target.get(), CURLUPART_URL, 0);
}

}  // namespace http
