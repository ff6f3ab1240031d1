// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "connection.hpp"

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

Next answer(int fd, const Request& request, const Site& site) {
    if (site.delay().count() > 0) std::this_thread::sleep_for(site.delay());
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
