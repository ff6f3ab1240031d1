// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/name_server.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace test {
namespace {

constexpr std::size_t header_size = 12;
constexpr int name_error = 3;
constexpr int server_failure = 2;

void put16(std::string& packet, unsigned value) {
    packet += static_cast<char>(value >> 8);
    packet += static_cast<char>(value);
}

unsigned get16(const std::string& packet, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(packet.at(i)));
    };
    return byte(at) << 8 | byte(at + 1);
}

// "www.example" as labels.
std::string encode_name(const std::string& name) {
    std::string encoded;
    std::istringstream labels(name);
    for (std::string label; std::getline(labels, label, '.');) {
        encoded += static_cast<char>(label.size());
        encoded += label;
    }
    return encoded + '\0';
}

// The name of the question, in lower case; `at` moves behind it.
std::string decode_name(const std::string& packet, std::size_t& at) {
    std::string name;
    while (const auto length = static_cast<unsigned char>(packet.at(at++))) {
        if (!name.empty()) name += '.';
        name += packet.substr(at, length);
        at += length;
    }
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

std::string encode_value(Record type, const std::string& value) {
    if (type == Record::cname || type == Record::ptr) return encode_name(value);
    std::string bytes(type == Record::a ? 4 : 16, '\0');
    ::inet_pton(type == Record::a ? AF_INET : AF_INET6, value.c_str(), bytes.data());
    return bytes;
}

void put_record(std::string& packet, const std::string& name, Record type, const std::string& value) {
    const std::string data = encode_value(type, value);
    packet += encode_name(name);
    put16(packet, static_cast<unsigned>(type));
    put16(packet, 1);  // class IN
    put16(packet, 0);  // seconds to live, in two halves
    put16(packet, 60);
    put16(packet, static_cast<unsigned>(data.size()));
    packet += data;
}

}  // namespace

NameServer::NameServer()
    : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), stop_fd_(::eventfd(0, EFD_CLOEXEC)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&any), sizeof any);
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
    sockaddr_in mine{};
    socklen_t length = sizeof mine;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&mine), &length);
    return "127.0.0.1:" + std::to_string(ntohs(mine.sin_port));
}

void NameServer::serve() {
    while (true) {
        pollfd both[] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
        ::poll(both, 2, -1);
        if (both[1].revents) return;
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
    if (!reply.empty()) held_.push_back({reply, asker});
    most_outstanding_ = std::max<std::size_t>(most_outstanding_, held_.size());
    if (held_.size() >= wanted_) {
        for (const Held& held : held_) send(held);
        held_.clear();
    }
    if (on_question_) on_question_();
}

void NameServer::send(const Held& held) const {
    ::sendto(fd_, held.reply.data(), held.reply.size(), 0, reinterpret_cast<const sockaddr*>(&held.asker),
             sizeof held.asker);
}

// Header, question, then the aliases that lead to the records and the records. Empty: no answer.
std::string NameServer::reply_to(const std::string& packet) const {
    std::size_t at = header_size;
    std::string name = decode_name(packet, at);
    const auto type = static_cast<Record>(get16(packet, at));
    if (name.starts_with("silent")) return {};

    unsigned count = 0;
    std::string answers;
    const int code = name.starts_with("servfail") ? server_failure : names_.contains(name) ? 0 : name_error;
    for (auto alias = records_.find({name, Record::cname}); alias != records_.end();
         alias = records_.find({name, Record::cname})) {
        put_record(answers, name, Record::cname, alias->second.front());
        name = alias->second.front();
        ++count;
    }
    if (const auto found = records_.find({name, type}); found != records_.end()) {
        for (const std::string& value : found->second) put_record(answers, name, type, value);
        count += static_cast<unsigned>(found->second.size());
    }
    std::string reply = packet.substr(0, 2);
    put16(reply, 0x8180 | static_cast<unsigned>(code));  // an answer, recursion asked for and offered
    put16(reply, 1);
    put16(reply, count);
    put16(reply, 0);
    put16(reply, 0);
    return reply + packet.substr(header_size, at + 4 - header_size) + answers;
}

}  // namespace test
