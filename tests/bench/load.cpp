// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace bench {
namespace {

constexpr std::size_t request_size = 64;
constexpr std::uint32_t unread_limit = 16;
constexpr auto patience = std::chrono::seconds(5);

const std::array<char, request_size> request = [] {
    std::array<char, request_size> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('!' + i);
    return bytes;
}();

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int connected(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        fail("load: connect");
    return fd;
}

void compare_first_answer(int fd) {
    std::array<char, request_size> answer{};
    if (recv(fd, answer.data(), answer.size(), MSG_WAITALL) != static_cast<ssize_t>(answer.size()))
        fail("load: first answer");
    if (answer != request) throw std::runtime_error("load: the server's answer is not what was sent");
}

}  // namespace

Load::Load(std::uint16_t port, int connections)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), connections_(static_cast<std::size_t>(connections)) {
    if (epoll_ < 0) fail("load: epoll_create1");
    connect_all(port);
    for (auto& connection : connections_) {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        event.data.ptr = &connection;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) < 0) fail("load: epoll_ctl");
    }
}

Load::~Load() {
    for (auto& connection : connections_) {
        if (connection.fd >= 0) close(connection.fd);
    }
    close(epoll_);
}

void Load::connect_all(std::uint16_t port) {
    for (auto& connection : connections_) {
        connection.fd = connected(port);
        if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) fail("load: send");
    }
    for (auto& connection : connections_) compare_first_answer(connection.fd);
}

Load::Rate Load::run_for(std::chrono::duration<double> duration) {
    using clock = std::chrono::steady_clock;
    allow(std::numeric_limits<std::uint64_t>::max());
    const auto start = clock::now();
    std::uint64_t requests = 0;
    while (clock::now() - start < duration) {
        for (int i = 0; i < 16; ++i) requests += poll_once();
    }
    const Rate rate{requests, clock::now() - start};
    finish();
    return rate;
}

std::uint64_t Load::run_exactly(std::uint64_t per_connection) {
    allow(per_connection);
    finish();
    return per_connection * connections_.size();
}

void Load::allow(std::uint64_t requests_each) {
    for (auto& connection : connections_) {
        connection.allowance = requests_each;
        send_request(connection);
    }
}

/// Answers what came in; returns how many answers that were.
std::uint64_t Load::poll_once() {
    std::array<epoll_event, 1024> events;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    if (count < 0 && errno != EINTR) fail("load: epoll_wait");
    std::uint64_t answers = 0;
    for (int i = 0; i < count; ++i) {
        auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (!connection.waiting) continue;  // the edge that registering gave
        ++answers;
        connection.waiting = false;
        if (++connection.unread == unread_limit) read_answers(connection);
        if (connection.allowance > 0) send_request(connection);
    }
    return answers;
}

/// Sends nothing new except what is allowed by number, and waits for what is under way.
void Load::finish() {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::uint64_t under_way = 0;
    for (auto& connection : connections_) {
        const bool endless = connection.allowance > std::numeric_limits<std::uint64_t>::max() / 2;
        if (endless) connection.allowance = 0;
        under_way += connection.allowance + (connection.waiting ? 1 : 0);
    }
    while (under_way > 0) {
        under_way -= poll_once();
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("load: answers are missing");
    }
    for (auto& connection : connections_) read_answers(connection);
}

void Load::send_request(Connection& connection) {
    --connection.allowance;
    connection.waiting = true;
    if (send(connection.fd, request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
        fail("load: send");
}

/// Throws away the answers that have come, after counting their bytes.
void Load::read_answers(Connection& connection) {
    if (connection.unread == 0) return;
    std::array<char, unread_limit * request_size> answers;
    const auto expected = static_cast<ssize_t>(connection.unread * request_size);
    if (recv(connection.fd, answers.data(), answers.size(), MSG_DONTWAIT | MSG_TRUNC) != expected)
        throw std::runtime_error("load: the server's answers are shorter or longer than its requests");
    connection.unread = 0;
}

}  // namespace bench
