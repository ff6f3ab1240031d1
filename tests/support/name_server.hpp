// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A DNS server for tests, on a thread and a real socket of its own.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/dns_packet.hpp"

namespace test {

// Answers by UDP until it dies. Names that begin with "servfail", "refused", "notimp" or "formerr" are
// answered with that code, those with "silent" not at all, those with "cut" with a packet that breaks off;
// with "-a" or
// "-aaaa" behind it ("silent-aaaa.test") only questions of that type are, with "-here" ("silent-here.test")
// only names of no more than two labels. Known names without a record of the type have no data; all others do
// not exist.
class NameServer {
public:
    // At that address; port 0 is any that is free.
    explicit NameServer(const std::string& host = "127.0.0.1", std::uint16_t port = 0);
    ~NameServer();
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;

    // `value`: an address, or a name for CNAME and PTR.
    void add(const std::string& name, Record type, const std::string& value);
    // Called on the server's thread after each question has been seen.
    void on_question(std::function<void()> f);

    // Answers wait until that many questions do, then all are sent. 1: no waiting.
    void hold_until(std::size_t questions) { wanted_ = questions; }
    // Each answer leaves that long after its question has come.
    void delay(std::chrono::milliseconds time) { delay_ = time; }
    // "127.0.0.1:port".
    std::string address() const;
    // Questions seen so far.
    std::size_t questions() const { return questions_; }
    // The most that were without an answer at one time.
    std::size_t most_outstanding() const { return most_outstanding_; }

private:
    struct Held {
        std::string reply;                          // the packet
        sockaddr_in asker;                          // where to
        std::chrono::steady_clock::time_point due;  // and when
    };
    void serve();
    void take(const std::string& packet, const sockaddr_in& asker);
    std::string reply_to(const std::string& packet) const;
    void send(const Held& held) const;
    int next_due();

    int fd_;
    int stop_fd_;
    std::mutex mutex_;  // guards what follows, up to on_question_
    std::map<std::pair<std::string, Record>, std::vector<std::string>> records_;
    std::set<std::string> names_;
    std::function<void()> on_question_;
    std::atomic<std::chrono::milliseconds> delay_{};
    std::atomic<std::size_t> wanted_{1};
    std::atomic<std::size_t> questions_{0};
    std::atomic<std::size_t> most_outstanding_{0};
    std::vector<Held> held_;
    std::thread thread_;
};

// A UDP port of 127.0.0.1 on which every question is refused, while it lives.
class RefusingPort {
public:
    RefusingPort();
    ~RefusingPort();
    RefusingPort(const RefusingPort&) = delete;
    RefusingPort& operator=(const RefusingPort&) = delete;

    // "127.0.0.1:port".
    std::string address() const;

private:
    int fd_;
};

}  // namespace test
