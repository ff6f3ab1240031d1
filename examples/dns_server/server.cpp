// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

namespace dns_server {

namespace {

// For the signal handler, which says "end" with an empty datagram to ourselves: recvfrom() then returns.
volatile std::sig_atomic_t own_socket = -1;
sockaddr_in own_address{};

extern "C" void on_stop_signal(int) {
    const int saved = errno;
    ::sendto(own_socket, "", 0, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&own_address),
             sizeof own_address);
    errno = saved;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool is_own(const sockaddr_in& address) {
    return address.sin_port == own_address.sin_port && address.sin_addr.s_addr == own_address.sin_addr.s_addr;
}

}  // namespace

Server::Server(const std::string& address, std::uint16_t port, Table table) : table_(std::move(table)) {
    sockaddr_in bound{};
    bound.sin_family = AF_INET;
    bound.sin_port = htons(port);
    if (::inet_pton(AF_INET, address.c_str(), &bound.sin_addr) != 1) {
        errno = EINVAL;
        fail("not an IPv4 address: " + address);
    }
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail("socket");
    socklen_t length = sizeof bound;
    auto* const generic = reinterpret_cast<sockaddr*>(&bound);
    if (::bind(socket_, generic, length) != 0) fail("bind to " + address + ":" + std::to_string(port));
    if (::getsockname(socket_, generic, &length) != 0) fail("getsockname");
    port_ = ntohs(bound.sin_port);
    own_socket = socket_;
    own_address = bound;
    std::signal(SIGTERM, on_stop_signal);
    std::signal(SIGINT, on_stop_signal);
}

Server::~Server() {
    ::close(socket_);
}

std::optional<Received> Server::next_question() {
    for (;;) {
        char datagram[2048];
        Received received;
        socklen_t length = sizeof received.from;
        const auto count = ::recvfrom(socket_, datagram, sizeof datagram, 0,
                                      reinterpret_cast<sockaddr*>(&received.from), &length);
        if (count < 0 && errno != EINTR && errno != ECONNREFUSED) fail("recvfrom");
        if (count == 0 && is_own(received.from)) return std::nullopt;
        if (count <= 0) continue;
        auto question = parse_question({datagram, static_cast<std::size_t>(count)});
        if (!question) continue;
        ++questions_;
        names_.insert(question->name);
        received.question = std::move(*question);
        return received;
    }
}

void Server::answer(const Received& received) const {
    const Question& question = received.question;
    const Entry* const entry = table_.find(question.name);
    if (entry != nullptr && entry->delay.count() > 0) std::this_thread::sleep_for(entry->delay);

    ResponseCode code = ResponseCode::no_error;
    if (!question.understood) {
        code = ResponseCode::not_implemented;
    } else if (entry == nullptr) {
        code = ResponseCode::name_error;
    } else if (entry->fails) {
        code = ResponseCode::server_failure;
    }
    const bool has_record = code == ResponseCode::no_error && question.type == kTypeA;
    const std::string answer = make_answer(question, code, has_record ? &entry->address : nullptr);
    ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&received.from),
             sizeof received.from);
}

}  // namespace dns_server
