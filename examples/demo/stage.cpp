// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "stage.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "site.hpp"

namespace demo {

std::string program(const std::string& name) {
    return examples_directory() + "/" + name + "/" + name;
}

namespace {

// The last name is slow. Besides those of the site there is one for the pages that fail and one that nobody
// can look up; nowhere.example is not in the table.
Child::Command name_server_command() {
    std::vector<std::string> command = {program("dns_server"), "bad.example=127.0.0.1",
                                        "broken.example=SERVFAIL"};
    for (std::size_t i = 0; i < Site::kHosts; ++i) {
        const bool is_slow = i + 1 == Site::kHosts;
        command.push_back(Site::host(i) + (is_slow ? "=SLOW:300:127.0.0.1" : "=127.0.0.1"));
    }
    return {command};
}

}  // namespace

std::string examples_directory() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
}

DeadPort::DeadPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, length) != 0 || ::getsockname(socket_, generic, &length) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind");
    }
    number_ = ntohs(address.sin_port);
}

DeadPort::~DeadPort() {
    ::close(socket_);
}

Stage::Stage(const std::string& pages, unsigned delay)
    : site_({{program("site_server"), "--root", pages, "--delay", std::to_string(delay)}}),
      names_(name_server_command()),
      site_port_(port_in(site_.read_line())),
      names_port_(port_in(names_.read_line())) {}

std::string Stage::name_server() const {
    return "127.0.0.1:" + std::to_string(names_port_);
}

std::size_t Stage::names_asked() {
    names_.signal(SIGTERM);
    const std::string last_words = names_.read_rest();  // "questions 46, names 23"
    names_.wait();
    const auto at = last_words.find("names ");
    return at == std::string::npos ? 0 : std::strtoul(last_words.c_str() + at + 6, nullptr, 10);
}

std::unique_ptr<Child> start_areq(std::vector<std::string> arguments, const std::string& log,
                                  const std::string& name_server) {
    arguments.insert(arguments.begin(), program("areq"));
    return std::make_unique<Child>(Child::Command{arguments, {{"FIBERS_DNS_SERVERS", name_server}}, log});
}

}  // namespace demo
