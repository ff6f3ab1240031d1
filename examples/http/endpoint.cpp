// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdlib>
#include <optional>
#include <string_view>

namespace http {

namespace {

std::string variable(const char* lower_case, const char* upper_case = nullptr) {
    const char* value = std::getenv(lower_case);
    if (value == nullptr && upper_case != nullptr) value = std::getenv(upper_case);
    return value == nullptr ? "" : value;
}

// Not HTTP_PROXY: a CGI program's visitor could set it with a header "Proxy:".
std::string proxy_for(const Url& url) {
    const bool is_https = url.text().starts_with("https:");
    const std::string proxy = is_https ? variable("https_proxy", "HTTPS_PROXY") : variable("http_proxy");
    return proxy.empty() ? variable("all_proxy", "ALL_PROXY") : proxy;
}

// Whether no_proxy's list names the host or a domain that it lies in.
bool is_exempt(std::string_view host) {
    const std::string list = variable("no_proxy", "NO_PROXY");
    if (list == "*") return true;
    std::string_view rest = list;
    while (!rest.empty()) {
        const auto end = rest.find_first_of(", ");
        std::string_view domain = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (domain.starts_with('.')) domain.remove_prefix(1);
        if (domain.empty() || !host.ends_with(domain)) continue;
        if (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.') return true;
    }
    return false;
}

// "proxy.example:3128" or "http://user:password@proxy.example:3128".
std::optional<Endpoint> read_proxy(const std::string& text) {
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    const std::string full = text.find("://") == std::string::npos ? "http://" + text : text;
    if (curl_url_set(url.get(), CURLUPART_URL, full.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return {};
    char* host = nullptr;
    char* port = nullptr;
    if (curl_url_get(url.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) return {};
    Endpoint proxy{host, full.starts_with("https:") ? "443" : "1080"};
    if (curl_url_get(url.get(), CURLUPART_PORT, &port, 0) == CURLUE_OK) proxy.port = port;
    curl_free(host);
    curl_free(port);
    return proxy;
}

}  // namespace

bool Endpoint::is_numeric() const {
    in_addr address{};
    return host.starts_with('[') || ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

Endpoint endpoint_of(const Url& url, bool trust_env) {
    const std::string proxy = trust_env ? proxy_for(url) : std::string();
    if (!proxy.empty() && !is_exempt(url.host())) {
        if (const auto endpoint = read_proxy(proxy)) return *endpoint;
    }
    return {url.host(), url.port()};
}

}  // namespace http
