// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups against dnsmasq, a server that others wrote: UDP, and TCP where an answer is too long for it.
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "fibers/net/resolver.hpp"
#include "support/resolver_run.hpp"

using namespace std::chrono_literals;

namespace {

constexpr const char* dnsmasq = "/usr/sbin/dnsmasq";

// A port that nobody uses now, for UDP and TCP.
int free_port() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), length);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(fd);
    return ntohs(address.sin_port);
}

// dnsmasq in a folder of its own, while it lives.
class Dnsmasq {
public:
    explicit Dnsmasq(const std::string& configuration) : port_(free_port()) {
        char folder[] = "/tmp/fibers-dnsmasq-XXXXXX";
        folder_ = ::mkdtemp(folder);
        const std::string file = folder_ + "/conf";
        std::ofstream(file) << "port=" << port_ << "\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\n"
                            << "no-hosts\nkeep-in-foreground\npid-file=\nuser=\nlog-facility=" << folder_
                            << "/log\n"
                            << configuration;
        const std::string option = "--conf-file=" + file;
        const char* const arguments[] = {dnsmasq, option.c_str(), nullptr};
        if (::posix_spawn(&pid_, dnsmasq, nullptr, nullptr, const_cast<char**>(arguments), nullptr) != 0)
            pid_ = -1;
    }
    ~Dnsmasq() {
        if (pid_ > 0) {
            ::kill(pid_, SIGTERM);
            ::waitpid(pid_, nullptr, 0);
        }
        std::filesystem::remove_all(folder_);
    }
    Dnsmasq(const Dnsmasq&) = delete;
    Dnsmasq& operator=(const Dnsmasq&) = delete;
    // False once it has ended by itself: somebody else took its port, say.
    bool runs() {
        if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
        return pid_ > 0;
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    int port_;
    pid_t pid_ = -1;
    std::string folder_;
};

std::string answer(const char* node, int family = AF_UNSPEC, int flags = 0) {
    return test::to_text(
        test::resolve({.node = node, .flags = flags, .family = family, .socktype = SOCK_STREAM}));
}

// Waits until the server answers. False: it has ended, or is very slow.
bool serves(Dnsmasq& server, const char* known) {
    for (int i = 0; i < 500 && server.runs(); ++i) {
        if (answer(known, AF_INET) != "EAI_AGAIN") return true;
        ::usleep(50'000);
    }
    return false;
}

}  // namespace

TEST_CASE("resolver: dnsmasq's answers, short and long") {
    if (::access(dnsmasq, X_OK) != 0) {
        WARN("no dnsmasq here (package dnsmasq-base): nothing tested");
        return;
    }
    constexpr int many = 100;
    std::string lines =
        "address=/nothing.test/\n"
        "local=/test/\n"
        "host-record=both.test,127.0.0.7,::1\n"
        "cname=alias.test,both.test\n";
    for (int i = 1; i <= many; ++i) lines += "host-record=many.test,10.0.0." + std::to_string(i) + '\n';
    std::optional<Dnsmasq> server;
    std::optional<test::WithOptions> options;
    bool ready = false;
    for (int attempt = 0; attempt < 3 && !ready; ++attempt) {
        options.reset();
        server.emplace(lines);
        options.emplace(fibers::net::ResolverOptions{
            .servers = server->address(), .timeout = 5s, .tries = 2, .hosts = "/nonexistent"});
        ready = serves(*server, "both.test");
    }
    REQUIRE(ready);

    CHECK(answer("both.test") == "[::1]:0/1/6 127.0.0.7:0/1/6 ");
    CHECK(answer("alias.test", AF_INET, AI_CANONNAME) == "127.0.0.7:0/1/6 both.test");
    CHECK(answer("unknown.test") == "EAI_NONAME");
    CHECK(answer("many.test", AF_INET6) == "EAI_NODATA");

    const auto long_answer = test::resolve({.node = "many.test", .family = AF_INET, .socktype = SOCK_STREAM});
    std::set<std::string> different;
    for (const auto& address : long_answer.addresses) {
        different.emplace(reinterpret_cast<const char*>(&address.address), address.length);
    }
    CHECK(different.size() == many);

    const auto whole = test::socket_address("127.0.0.7", 22);
    fibers::net::NameRequest request;
    request.address = reinterpret_cast<const sockaddr*>(&whole);
    request.length = sizeof(sockaddr_in);
    CHECK(test::reverse(request).host == "both.test");
}
