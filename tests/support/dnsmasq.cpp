// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/dnsmasq.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace test {
namespace {

constexpr const char* program = "/usr/sbin/dnsmasq";

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

}  // namespace

bool has_dnsmasq() {
    return ::access(program, X_OK) == 0;
}

Dnsmasq::Dnsmasq(const std::string& configuration, const std::string& host, int port)
    : host_(host), port_(port ? port : free_port()) {
    char folder[] = "/tmp/fibers-dnsmasq-XXXXXX";
    folder_ = ::mkdtemp(folder);
    const std::string file = folder_ + "/conf";
    std::ofstream(file)
        << "port=" << port_ << "\nlisten-address=" << host_ << "\nbind-interfaces\nno-resolv\n"
        << "no-hosts\nkeep-in-foreground\npid-file=\nuser=\ngroup=\nno-round-robin\nlog-facility=" << folder_
        << "/log\n"
        << configuration;
    const std::string option = "--conf-file=" + file;
    const char* const arguments[] = {program, option.c_str(), nullptr};
    if (::posix_spawn(&pid_, program, nullptr, nullptr, const_cast<char**>(arguments), nullptr) != 0)
        pid_ = -1;
}

Dnsmasq::~Dnsmasq() {
    if (pid_ > 0) {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
}

bool Dnsmasq::runs() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
}

}  // namespace test
