// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "response.hpp"

#include <sys/uio.h>

#include <cerrno>

namespace site_server {

namespace {

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Status";
    }
}

iovec as_iovec(std::string_view bytes) {
    return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

Response status_page(int status, bool keep_alive) {
    Response response;
    response.status = status;
    response.keep_alive = keep_alive;
    response.body = "<!DOCTYPE html><title>" + std::to_string(status) + "</title><p>" +
                    std::string(reason(status)) + "</p>\n";
    return response;
}

std::string make_head(const Response& response, std::size_t length) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head += reason(response.status);
    head += "\r\nContent-Type: " + response.content_type;
    head += "\r\nContent-Length: " + std::to_string(length);
    if (!response.location.empty()) head += "\r\nLocation: " + response.location;
    head += response.keep_alive ? "\r\nConnection: keep-alive" : "\r\nConnection: close";
    head += "\r\n\r\n";
    return head;
}

bool send_all(int fd, std::string_view head, std::string_view body) {
    while (!head.empty() || !body.empty()) {
        const iovec parts[2] = {as_iovec(head), as_iovec(body)};
        const auto count = ::writev(fd, parts, 2);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        const auto written = static_cast<std::size_t>(count);
        const auto of_head = written < head.size() ? written : head.size();
        head.remove_prefix(of_head);
        body.remove_prefix(written - of_head);
    }
    return true;
}

}  // namespace site_server
