// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_source.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <optional>

#include "fibers/net/resolver.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

namespace {

fibers::net::NameConfig using_file(const char* path) {
    fibers::net::NameConfig config;
    config.hosts = path;
    config.multi = true;
    return config;
}

// The file's name for an address; nothing if it has none.
std::optional<std::string> name_of_host(const char* path, const fibers::net::Host& host) {
    const auto found = find_in_file(using_file(path), host);
    if (!found.found()) return std::nullopt;
    return found.canonical_name;
}

// A file of hosts, while it lives.
class HostsFile {
public:
    explicit HostsFile(const std::string& text) {
        const int fd = ::mkstemp(path_);
        ::close(fd);
        std::ofstream(path_) << text;
    }
    ~HostsFile() { ::unlink(path_); }
    HostsFile(const HostsFile&) = delete;
    HostsFile& operator=(const HostsFile&) = delete;
    const char* path() const { return path_; }

private:
    char path_[32] = "/tmp/fibers-hosts-XXXXXX";
};

std::string hosts(const HostsFile& file, const std::string& name, int family = AF_UNSPEC) {
    const auto found = find_in_file(using_file(file.path()), name, family);
    if (!found.found()) return "none";
    std::string text = found.canonical_name + ':';
    for (const auto& host : found.hosts) text += ' ' + to_text(host);
    return text;
}

fibers::net::Host address(const std::string& text) {
    const auto whole = test::socket_address(text, 0);
    return *fibers::net::host_of(reinterpret_cast<const sockaddr*>(&whole));
}

}  // namespace

TEST_CASE("hosts: lines of address, name and aliases, comments, rubbish and case do not matter") {
    const HostsFile file(
        "# 10.0.0.9 web\n"
        "10.0.0.1\tweb.test web  www # web3\n"
        "  10.0.0.2 other.test WEB\n"
        "nonsense web\n"
        "10.0.0.3\n"
        "\n"
        "2001:db8::1 web.test\n"
        "10.0.0.4 last.test");
    CHECK(hosts(file, "web") == "web.test: 10.0.0.1 10.0.0.2");
    CHECK(hosts(file, "Web.Test") == "web.test: 10.0.0.1 2001:db8::1");
    CHECK(hosts(file, "web.test", AF_INET6) == "web.test: 2001:db8::1");
    CHECK(hosts(file, "www", AF_INET6) == "none");
    CHECK(hosts(file, "web3") == "none");
    CHECK(hosts(file, "10.0.0.3") == "none");
    CHECK(hosts(file, "last.test", AF_INET) == "last.test: 10.0.0.4");
}

TEST_CASE("hosts: a null byte ends a line, as a comment does, a carriage return is a space") {
    using namespace std::string_literals;
    const HostsFile file("10.0.0.1 one\0two three\n\0 10.0.0.2 four\n10.0.0.3 five\r\n"s);
    CHECK(hosts(file, "one") == "one: 10.0.0.1");
    CHECK(hosts(file, "three") == "none");
    CHECK(hosts(file, "four") == "none");
    CHECK(hosts(file, "five") == "five: 10.0.0.3");
}

TEST_CASE("hosts: ::1 and mapped addresses have an IPv4 form") {
    const HostsFile file("::1 localhost\n::ffff:10.0.0.1 mapped\n");
    CHECK(hosts(file, "localhost", AF_INET) == "localhost: 127.0.0.1");
    CHECK(hosts(file, "localhost") == "localhost: ::1");
    CHECK(hosts(file, "mapped", AF_INET) == "mapped: 10.0.0.1");
}

TEST_CASE("hosts: no file gives no answer") {
    CHECK_FALSE(find_in_file(using_file("/nonexistent/hosts"), "localhost", AF_UNSPEC).found());
    CHECK_FALSE(name_of_host("/nonexistent/hosts", address("127.0.0.1")));
}

TEST_CASE("hosts: an address has the name of the first line that gives it") {
    const HostsFile file("10.0.0.1 first alias\n10.0.0.1 second\n::1 six\n");
    CHECK(name_of_host(file.path(), address("10.0.0.1")) == "first");
    CHECK(name_of_host(file.path(), address("::1")) == "six");
    CHECK(name_of_host(file.path(), address("127.0.0.1")) == "six");  // as in glibc
    CHECK_FALSE(name_of_host(file.path(), address("10.0.0.2")));
}

TEST_CASE("hosts: a name that is there is asked of nobody, one that is there in the other family is") {
    test::NameServer server;
    server.add("web", test::Record::aaaa, "::1");
    const HostsFile file("127.0.0.9 web\n");
    const test::WithOptions options(
        {.servers = server.address(), .timeout = {}, .tries = 0, .hosts = file.path()});
    const auto before = fibers::net::resolver_stats();

    const auto found = test::resolve({.node = "web", .family = AF_INET, .socktype = SOCK_STREAM});
    CHECK(test::to_text(found) == "127.0.0.9:0/1/6 ");
    CHECK(server.questions() == 0);
    const auto six = test::resolve({.node = "web", .family = AF_INET6, .socktype = SOCK_STREAM});
    CHECK(test::to_text(six) == "[::1]:0/1/6 ");
    CHECK(server.questions() == 1);
    (void)test::resolve({.node = "127.0.0.1"});

    const auto after = fibers::net::resolver_stats();
    CHECK(after.hosts - before.hosts == 1);
    CHECK(after.asked - before.asked == 1);
    CHECK(after.numeric - before.numeric == 1);
}

TEST_CASE("hosts: names of addresses come from the file first, then from PTR records") {
    test::NameServer server;
    server.add("2.0.0.10.in-addr.arpa", test::Record::ptr, "two.test");
    server.add("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", test::Record::ptr,
               "six.test");
    const HostsFile file("10.0.0.1 one.test\n");
    const test::WithOptions options(
        {.servers = server.address(), .timeout = {}, .tries = 0, .hosts = file.path()});
    const auto name = [](const std::string& host, int flags) {
        const auto whole = test::socket_address(host, 80);
        fibers::net::NameRequest request;
        request.address = reinterpret_cast<const sockaddr*>(&whole);
        request.length = sizeof(sockaddr_in6);
        request.flags = flags;
        const auto result = test::reverse(request);
        return result.eai ? test::eai_name(result.eai) : result.host + ' ' + result.service;
    };
    CHECK(name("10.0.0.1", 0) == "one.test http");
    CHECK(server.questions() == 0);
    CHECK(name("10.0.0.2", NI_NUMERICSERV) == "two.test 80");
    CHECK(name("2001:db8::1", NI_NAMEREQD) == "six.test http");
    CHECK(name("10.0.0.3", 0) == "10.0.0.3 http");
    CHECK(name("10.0.0.3", NI_NAMEREQD) == "EAI_NONAME");
}
