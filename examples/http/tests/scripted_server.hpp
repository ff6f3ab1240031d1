// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <fibers/fibers.hpp>
#include <functional>
#include <http/fields.hpp>
#include <netpatch/netpatch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http_test {

/// Runs body() in a loop, with the calls of the C library patched.
template <class Body>
void in_loop(Body&& body) {
    netpatch::patch_all();
    fibers::run([&] { body(); });
}

/// What a client asked for.
struct Request {
    std::string method;     ///< GET
    std::string target;     ///< /path?query
    http::Headers headers;  ///< All.
    std::string body;       ///< As Content-Length says.
};

/// A connection, as the server sees it. Written in plain blocking calls.
class Visitor {
public:
    explicit Visitor(int fd) : fd_(fd) {}
    ~Visitor();
    Visitor(const Visitor&) = delete;
    Visitor& operator=(const Visitor&) = delete;

    /// The next request; nothing once the client has gone.
    std::optional<Request> read_request();
    /// Sends bytes as they are. False if the client has gone.
    bool send(std::string_view bytes);
    /// Sends a whole response. `headers`: "Name: value\r\n" for each.
    bool answer(int status, std::string_view body, std::string_view headers = {});
    /// Waits until the client goes.
    void wait_for_end();
    /// Closing will send RST.
    void reset_at_end();

private:
    bool fill();

    int fd_;
    std::string buffer_;
};

/// A server in the test's own loop, that does to each visitor what the script says.
class ScriptedServer {
public:
    using Script = std::function<void(Visitor&)>;

    explicit ScriptedServer(Script script);
    /// Ends all; waits for it.
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;
    unsigned port() const noexcept { return port_; }

    std::size_t connections() const noexcept { return connections_; }
    std::size_t open() const noexcept { return open_; }
    std::size_t open_at_peak() const noexcept { return open_at_peak_; }

private:
    void serve();
    void visit(int fd);

    Script script_;
    int listener_;
    unsigned port_ = 0;
    std::size_t connections_ = 0;
    std::size_t open_ = 0;
    std::size_t open_at_peak_ = 0;
    std::vector<fibers::Task<void>> tasks_;
};

/// A script that answers request after request.
ScriptedServer::Script answering(std::function<void(Visitor&, const Request&)> answer);

/// "hello" for every request.
ScriptedServer::Script hello();

/// What the library says while this lives; one at a time.
class Reports {
public:
    Reports();
    ~Reports();
    Reports(const Reports&) = delete;
    Reports& operator=(const Reports&) = delete;

    const std::vector<std::string>& lines() const noexcept;
};

}  // namespace http_test
