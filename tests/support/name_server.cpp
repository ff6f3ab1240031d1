// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/name_server.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace test {
namespace {

constexpr std::size_t header_size = 12;
constexpr int name_error = 3;

// What a name can begin with to be treated badly.
struct Trouble {
    const char* word;
    int code;  // of the answer; -1: there is none, -2: it breaks off
};
constexpr Trouble troubles[] = {{"servfail", 2}, {"refused", 5}, {"notimp", 4},
                                {"formerr", 1},  {"silent", -1}, {"cut", -2}};

// The trouble with this question, or nothing.
const Trouble* trouble_of(const std::string& name, Record type) {
    for (const Trouble& trouble : troubles) {
        if (!name.starts_with(trouble.word)) continue;
        const std::string rest = name.substr(std::string_view(trouble.word).size());
        if (rest.starts_with("-here") && !name.ends_with(".com")) return nullptr;
        if (rest.starts_with("-aaaa")) return type == Record::aaaa ? &trouble : nullptr;
        if (rest.starts_with("-a")) return type == Record::a ? &trouble : nullptr;
        return &trouble;
    }
    return nullptr;
}

sockaddr_in address_from(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    return address;
}

// A UDP socket there; port 0: on a free port.
int bound_socket(const std::string& host, std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in there = address_from(host, port);
    ::bind(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there);
    return fd;
}

std::string address_of(int fd) {
    sockaddr_in mine{};
    socklen_t length = sizeof mine;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&mine), &length);
    char host[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &mine.sin_addr, host, sizeof host);
    return std::string(host) + ':' + std::to_string(ntohs(mine.sin_port));
}

}  // namespace

NameServer::NameServer(const std::string& host, std::uint16_t port)
    : fd_(bound_socket(host, port)), stop_fd_(::eventfd(0, EFD_CLOEXEC)) {
    thread_ = std::thread([this] { serve(); });
}

NameServer::~NameServer() {
    ::eventfd_write(stop_fd_, 1);
    thread_.join();
    ::close(fd_);
    ::close(stop_fd_);
}

void NameServer::add(const std::string& name, Record type, const std::string& value) {
    const std::lock_guard lock(mutex_);
    records_[{name, type}].push_back(value);
    names_.insert(name);
}

void NameServer::on_question(std::function<void()> f) {
    const std::lock_guard lock(mutex_);
    on_question_ = std::move(f);
}

std::string NameServer::address() const {
    return address_of(fd_);
}

void NameServer::serve() {
    while (true) {
        pollfd both[] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
        ::poll(both, 2, next_due());
        if (both[1].revents) return;
        if (!both[0].revents) continue;
        std::string packet(512, '\0');
        sockaddr_in asker{};
        socklen_t length = sizeof asker;
        const ssize_t n =
            ::recvfrom(fd_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&asker), &length);
        if (n < static_cast<ssize_t>(header_size)) continue;
        packet.resize(static_cast<std::size_t>(n));
        take(packet, asker);
    }
}

void NameServer::take(const std::string& packet, const sockaddr_in& asker) {
    const std::lock_guard lock(mutex_);
    ++questions_;
    const std::string reply = reply_to(packet);
    const auto due = std::chrono::steady_clock::now() + delay_.load();
    if (!reply.empty()) held_.push_back({reply, asker, due});
    most_outstanding_ = std::max<std::size_t>(most_outstanding_, held_.size());
    if (delay_.load().count() == 0 && held_.size() >= wanted_) {
        for (const Held& held : held_) send(held);
        held_.clear();
    }
    if (on_question_) on_question_();
}

// Sends what is due; milliseconds until more will be, or -1.
int NameServer::next_due() {
    if (delay_.load().count() == 0) return -1;
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(held_, [&](const Held& held) {
        if (held.due > now) return false;
        send(held);
        return true;
    });
    if (held_.empty()) return -1;
    const auto left = held_.front().due - now;  // they come in order
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

void NameServer::send(const Held& held) const {
    ::sendto(fd_, held.reply.data(), held.reply.size(), 0, reinterpret_cast<const sockaddr*>(&held.asker),
             sizeof held.asker);
}

// Header, question, then the aliases that lead to the records and the records. Empty: no answer.
std::string NameServer::reply_to(const std::string& packet) const {
    auto [name, type, end] = read_question(packet);
    const Trouble* const trouble = trouble_of(name, type);
    if (trouble && trouble->code == -1) return {};

    const bool cut = trouble && trouble->code == -2;
    const bool known = names_.contains(name) || cut;
    const int code = trouble && trouble->code > 0 ? trouble->code : known ? 0 : name_error;
    Answering reply(packet, static_cast<unsigned>(code));
    for (auto alias = records_.find({name, Record::cname}); alias != records_.end();
         alias = records_.find({name, Record::cname})) {
        reply.add_good(name, Record::cname, alias->second.front());
        name = alias->second.front();
    }
    if (const auto found = records_.find({name, type}); found != records_.end()) {
        for (const std::string& value : found->second) reply.add_good(name, type, value);
    }
    if (cut) put16(reply.packet, 6, get16(reply.packet, 6) + 1);
    return reply.packet;
}

// Connected to somebody else, a socket has no ear for other senders, and keeps the port from being taken.
RefusingPort::RefusingPort() : fd_(bound_socket("127.0.0.1", 0)) {
    const sockaddr_in other = address_from("127.0.0.1", 1);
    ::connect(fd_, reinterpret_cast<const sockaddr*>(&other), sizeof other);
}

RefusingPort::~RefusingPort() {
    ::close(fd_);
}

std::string RefusingPort::address() const {
    return address_of(fd_);
}

}  // namespace test
