// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "scripted_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace http_test {

namespace {

std::vector<std::string>* reported = nullptr;

std::string take_until(std::string& text, std::string_view separator) {
    const auto end = text.find(separator);
    std::string taken = text.substr(0, end);
    text.erase(0, end == std::string::npos ? end : end + separator.size());
    return taken;
}

Request parse(std::string head) {
    Request request;
    std::string line = take_until(head, "\r\n");
    request.method = take_until(line, " ");
    request.target = take_until(line, " ");
    while (!head.empty()) {
        line = take_until(head, "\r\n");
        const std::string name = take_until(line, ":");
        if (line.starts_with(' ')) line.erase(0, 1);
        request.headers.add(name, line);
    }
    return request;
}

}  // namespace

Visitor::~Visitor() {
    ::close(fd_);
}

bool Visitor::fill() {
    char chunk[4096];
    const auto count = ::read(fd_, chunk, sizeof chunk);
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    return count > 0;
}

std::optional<Request> Visitor::read_request() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
        if (!fill()) return std::nullopt;
    }
    Request request = parse(take_until(buffer_, "\r\n\r\n"));
    const auto length = std::strtoul(request.headers.get("Content-Length").c_str(), nullptr, 10);
    while (buffer_.size() < length) {
        if (!fill()) return std::nullopt;
    }
    request.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return request;
}

bool Visitor::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool Visitor::answer(int status, std::string_view body, std::string_view headers) {
    std::string response = "HTTP/1.1 " + std::to_string(status) + " Some Reason\r\n";
    response.append(headers);
    response += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return send(response.append(body));
}

void Visitor::wait_for_end() {
    while (fill()) {
    }
}

void Visitor::reset_at_end() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, length) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
        ::getsockname(listener_, generic, &length) != 0) {
        throw std::system_error(errno, std::generic_category(), "listen");
    }
    port_ = ntohs(address.sin_port);
    tasks_.push_back(fibers::create_task([this] { serve(); }, {.name = "scripted server"}));
}

ScriptedServer::~ScriptedServer() {
    fibers::shielded([&] {
        for (auto& task : tasks_) task.cancel();
        fibers::wait(tasks_);
        for (auto& task : tasks_) {
            if (!task.cancelled()) static_cast<void>(task.exception());  // seen: it is not to be reported
        }
    });
    ::close(listener_);
}

void ScriptedServer::serve() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        ++connections_;
        open_at_peak_ = std::max(open_at_peak_, ++open_);
        tasks_.push_back(fibers::create_task([this, fd] { visit(fd); }, {.name = "visitor"}));
    }
}

void ScriptedServer::visit(int fd) {
    struct Count {
        ~Count() { --*open; }
        std::size_t* open;
    } const count{&open_};
    Visitor visitor(fd);
    script_(visitor);
}

std::string ScriptedServer::url(const std::string& path, const std::string& host) const {
    return "http://" + host + ":" + std::to_string(port_) + path;
}

ScriptedServer::Script answering(std::function<void(Visitor&, const Request&)> answer) {
    return [answer = std::move(answer)](Visitor& visitor) {
        while (const auto request = visitor.read_request()) answer(visitor, *request);
    };
}

ScriptedServer::Script hello() {
    return answering([](Visitor& visitor, const Request&) { visitor.answer(200, "hello"); });
}

Reports::Reports() {
    static std::vector<std::string> lines;
    lines.clear();
    reported = &lines;
    fibers::set_report_handler([](std::string_view message) { reported->emplace_back(message); });
}

Reports::~Reports() {
    fibers::set_report_handler(nullptr);
}

const std::vector<std::string>& Reports::lines() const noexcept {
    return *reported;
}

}  // namespace http_test
