// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "routes.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <thread>

#include "echo.hpp"
#include "response.hpp"

namespace site_server {

namespace {

std::size_t number(std::string_view text, std::size_t otherwise) {
    std::size_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc{} && result.ptr == end ? value : otherwise;
}

Next send(int fd, const Request& request, Response response) {
    response.keep_alive = request.keep_alive;
    const std::string_view body = request.method == "HEAD" ? std::string_view{} : response.body;
    const bool sent = send_all(fd, make_head(response, response.body.size()), body);
    return sent && request.keep_alive ? Next::keep : Next::close;
}

Next redirect(int fd, const Request& request, const std::string& location) {
    Response response = status_page(302, true);
    response.location = location;
    return send(fd, request, std::move(response));
}

Next reset(int fd) {
    const linger at_once{1, 0};  // closing then sends RST instead of FIN
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return Next::close;
}

// Reads until the visitor gives up.
Next never(int fd) {
    char ignored[512];
    while (::read(fd, ignored, sizeof ignored) > 0) {
    }
    return Next::close;
}

Next drip(int fd, std::size_t bytes) {
    Response response;
    response.keep_alive = false;
    if (!send_all(fd, make_head(response, bytes), {})) return Next::close;
    for (std::size_t i = 0; i < bytes; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        if (!send_all(fd, ".", {})) break;
    }
    return Next::close;
}

// Written in pieces: it may be larger than memory.
Next big(int fd, const Request& request, std::size_t bytes) {
    Response response;
    response.keep_alive = request.keep_alive;
    if (!send_all(fd, make_head(response, bytes), {})) return Next::close;
    const std::string piece(64 * 1024, ' ');
    while (bytes > 0) {
        const std::size_t count = std::min(bytes, piece.size());
        if (!send_all(fd, std::string_view(piece).substr(0, count), {})) return Next::close;
        bytes -= count;
    }
    return request.keep_alive ? Next::keep : Next::close;
}

// "/-/flaky/2/abc": counted per path, so that each test brings its own key.
Next flaky(int fd, const Request& request) {
    static std::map<std::string, std::size_t> asked;
    std::string_view failures = request.path;
    failures.remove_prefix(std::string_view("/-/flaky/").size());
    failures = failures.substr(0, failures.find('/'));
    const bool fails = asked[request.path]++ < number(failures, 1);
    return send(fd, request, status_page(fails ? 503 : 200, true));
}

Next text(int fd, const Request& request) {
    Response response;
    response.content_type = "text/plain";
    response.body = "This is no HTML, whatever <a href=\"trap.html\">it</a> looks like.\n";
    return send(fd, request, std::move(response));
}

}  // namespace

bool is_misbehaving_route(std::string_view path) {
    return path.starts_with("/-/");
}

Next misbehave(int fd, const Request& request) {
    const std::string& path = request.path;
    if (path == "/-/redirect") return redirect(fd, request, request.parameter("to").value_or("/"));
    if (path == "/-/redirect-loop") return redirect(fd, request, "/-/redirect-loop/back");
    if (path == "/-/redirect-loop/back") return redirect(fd, request, "/-/redirect-loop");
    if (path == "/-/reset") return reset(fd);
    if (path == "/-/never") return never(fd);
    if (path == "/-/echo") return send(fd, request, echo(request));
    if (path == "/-/text") return text(fd, request);
    if (path == "/-/drip") return drip(fd, number(request.parameter("bytes").value_or(""), 100));
    if (path == "/-/big") return big(fd, request, number(request.parameter("bytes").value_or(""), 64u << 20));
    if (path.starts_with("/-/flaky/")) return flaky(fd, request);
    constexpr std::string_view status = "/-/status/";
    const bool names_status = path.starts_with(status);
    const auto code = names_status ? number(std::string_view(path).substr(status.size()), 404) : 404;
    return send(fd, request, status_page(code >= 200 && code <= 599 ? static_cast<int>(code) : 404, true));
}

}  // namespace site_server
