// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "response.hpp"

#include <nlohmann/json.hpp>

namespace http {

namespace {

// aiohttp's rule: application/json is also application/vnd.api+json.
bool is_expected(const std::string& type, std::string_view expected) {
    if (expected.empty() || type == expected) return true;
    if (expected != "application/json") return type.find(expected) != std::string::npos;
    return type.starts_with("application/") && type.ends_with("+json");
}

std::string advice_for(int status) {
    if (status == 401 || status == 403) return "the server wants to know who asks, or lets nobody in";
    if (status == 404 || status == 410) return "look at the address";
    if (status == 429 || status == 503) return "ask again later, and less often";
    return status < 500 ? "the request is at fault" : "the server is at fault; try again later";
}

}  // namespace

void Response::raise_for_status() const {
    if (ok()) return;
    std::string what = "HTTP " + std::to_string(status);
    if (!reason.empty()) what += " " + reason;
    throw ClientResponseError(what + " for " + method + " " + url + ": " + advice_for(status), *this);
}

std::string Response::text(const std::string& encoding, OnBadBytes on_bad) const {
    if (!encoding.empty()) {
        if (auto decoded = decode(body, encoding, on_bad)) return *std::move(decoded);
        throw DecodeError("nobody here knows the charset '" + encoding +
                          "'; `iconv --list` has those that are");
    }
    if (const auto named = charset(); !named.empty()) {
        if (auto decoded = decode(body, named, on_bad)) return *std::move(decoded);
    }
    return decode(body, "UTF-8", on_bad).value();
}

nlohmann::json Response::json(std::string_view expected) const {
    if (!is_expected(content_type(), expected)) {
        throw ContentTypeError("no JSON but '" + content_type() + "' from " + url +
                                   "; json({}) reads it whatever it calls itself",
                               *this);
    }
    const std::string decoded = text();
    if (decoded.find_first_not_of(" \t\r\n\f\v") == std::string::npos) return nullptr;
    try {
        return nlohmann::json::parse(decoded);
    } catch (const nlohmann::json::parse_error& error) {
        throw DecodeError("the body from " + url + " is no JSON: " + error.what() + "; look at text()");
    }
}

}  // namespace http
