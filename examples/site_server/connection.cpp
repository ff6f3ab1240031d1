// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "descriptor.hpp"
#include "request.hpp"
#include "response.hpp"
#include "routes.hpp"

namespace site_server {

namespace {

Response find_page(const Request& request, const Site& site) {
    if (request.method.empty()) return status_page(400, false);
    if (request.method != "GET" && request.method != "HEAD") return status_page(405, false);
    if (site.lacks_slash(request.path)) {
        Response response = status_page(301, request.keep_alive);
        response.location = request.path + "/";
        return response;
    }
    auto file = site.read(request.path);
    if (!file) return status_page(404, request.keep_alive);
    Response response;
    response.content_type = std::move(file->content_type);
    response.body = std::move(file->content);
    response.keep_alive = request.keep_alive;
    return response;
}

// "?slow=250": the visitor wants to wait.
std::chrono::milliseconds asked_delay(const Request& request) {
    const auto text = request.parameter("slow").value_or("");
    int delay = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), delay);
    return std::chrono::milliseconds(result.ec == std::errc{} ? std::clamp(delay, 0, 3'600'000) : 0);
}

Next answer(int fd, const Request& request, const Site& site) {
    const auto delay = site.delay() + asked_delay(request);
    if (delay.count() > 0) std::this_thread::sleep_for(delay);
    if (is_misbehaving_route(request.path)) return misbehave(fd, request);
    const Response response = find_page(request, site);
    const std::string_view body = request.method == "HEAD" ? std::string_view{} : response.body;
    const bool sent = send_all(fd, make_head(response, response.body.size()), body);
    return sent && response.keep_alive ? Next::keep : Next::close;
}

}  // namespace

void serve_connection(int fd, const Site& site) {
    const Descriptor connection(fd);
    RequestReader requests(fd);
    while (const auto request = requests.next()) {
        if (answer(fd, *request, site) == Next::close) break;
    }
}

}  // namespace site_server
