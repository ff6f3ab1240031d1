// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "request.hpp"

#include <strings.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace site_server {

namespace {

constexpr std::size_t kLongestHead = 64 * 1024;
constexpr std::size_t kLongestBody = 1024 * 1024;

// A body that is too long, or of a length that is no number, is not read.
void read_length(std::string_view text, Request& request) {
    std::size_t length = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool is_number = result.ec == std::errc{} && result.ptr == text.data() + text.size();
    if (is_number && length <= kLongestBody) {
        request.content_length = length;
    } else {
        request.keep_alive = false;
    }
}

// Takes everything before `separator` off the front of `text`, and the separator with it.
std::string_view take_until(std::string_view& text, std::string_view separator) {
    const auto end = text.find(separator);
    const auto taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + separator.size());
    return taken;
}

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// What the headers say of the body and of the connection's future. A body that is not read would have to be
// skipped to find the next request: the connection ends instead.
void read_headers(std::string_view headers, Request& request) {
    while (!headers.empty()) {
        std::string_view value = take_until(headers, "\r\n");
        const auto name = trimmed(take_until(value, ":"));
        value = trimmed(value);
        if (same_word(name, "Connection") && same_word(value, "close")) request.keep_alive = false;
        if (same_word(name, "Connection") && same_word(value, "keep-alive")) request.keep_alive = true;
        if (same_word(name, "Transfer-Encoding")) request.keep_alive = false;
        if (same_word(name, "Content-Length")) read_length(value, request);
        if (same_word(name, "Content-Type")) request.content_type = value;
    }
}

// "http://host/path", as a proxy is asked, names the same file as "/path".
std::string_view without_authority(std::string_view target) {
    const auto scheme_end = target.find("://");
    if (target.starts_with('/') || scheme_end == std::string_view::npos) return target;
    const auto path = target.find('/', scheme_end + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned value = 0;
        const auto* const digits = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) {
            return std::nullopt;
        }
        result += static_cast<char>(value);
        i += 2;
    }
    return result;
}

std::optional<std::string> Request::parameter(std::string_view name) const {
    for (std::string_view rest = query; !rest.empty();) {
        std::string_view value = take_until(rest, "&");
        if (take_until(value, "=") == name) return percent_decode(value);
    }
    return std::nullopt;
}

Request parse_request(std::string_view head) {
    Request request;
    std::string_view line = take_until(head, "\r\n");
    const auto method = take_until(line, " ");
    std::string_view target = without_authority(take_until(line, " "));
    const auto path = percent_decode(take_until(target, "?"));
    if (!line.starts_with("HTTP/1.") || !path || !path->starts_with('/')) return request;
    request.method = method;
    request.path = *path;
    request.query = target;
    request.keep_alive = line != "HTTP/1.0";
    read_headers(head, request);
    return request;
}

bool RequestReader::fill() {
    char chunk[4096];
    ssize_t count;
    do {
        count = ::read(fd_, chunk, sizeof chunk);
    } while (count < 0 && errno == EINTR);
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    return count > 0;
}

std::optional<Request> RequestReader::next() {
    std::size_t end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos && buffer_.size() < kLongestHead) {
        const std::size_t searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
        if (!fill()) return std::nullopt;
        end = buffer_.find("\r\n\r\n", searched);
    }
    if (end == std::string::npos) return Request{};
    Request request = parse_request(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end + 4);
    while (buffer_.size() < request.content_length) {
        if (!fill()) return std::nullopt;
    }
    request.body = buffer_.substr(0, request.content_length);
    buffer_.erase(0, request.content_length);
    return request;
}

}  // namespace site_server
