// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Our answers beside glibc's: same addresses, same order, same codes.
#include <netinet/in.h>
#include <resolv.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "fibers/net/resolver.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

using fibers::net::AddressRequest;

namespace {

constexpr const char* numbers[] = {"127.0.0.1",
                                   "127.1",
                                   "127.0.1",
                                   "0x7f.1",
                                   "0x7f000001",
                                   "017700000001",
                                   "2130706433",
                                   "0",
                                   "1.2.3.4",
                                   "255.255.255.255",
                                   "::1",
                                   "::",
                                   "2001:db8::1",
                                   "::ffff:1.2.3.4",
                                   "::1.2.3.4",
                                   "fe80::1",
                                   "fe80::1%lo",
                                   "fe80::1%1",
                                   "ff02::1%lo",
                                   "::1%lo",
                                   "::1%7",
                                   "fe80::1%nosuchif",
                                   "fe80::1%",
                                   "fe80::1%4294967295",
                                   "fe80::1%4294967296",
                                   "::1%-1",
                                   "fe80::1%+1",
                                   "fe80::1%0"};

// Neither numbers nor, with AI_NUMERICHOST, anything else.
constexpr const char* no_numbers[] = {"1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4 x",
                                      "0x",        "a",         "",         "1:2",      "::g",
                                      "localhost", "1.2.3.",    ".1"};

constexpr int families[] = {AF_UNSPEC, AF_INET, AF_INET6};

std::string describe(const AddressRequest& r) {
    const auto quoted = [](const char* text) { return text ? '"' + std::string(text) + '"' : "NULL"; };
    return quoted(r.node) + ' ' + quoted(r.service) + " flags " + std::to_string(r.flags) + " family " +
           std::to_string(r.family) + " socktype " + std::to_string(r.socktype) + " protocol " +
           std::to_string(r.protocol);
}

void check_same(const AddressRequest& request) {
    INFO(describe(request));
    CHECK(test::to_text(test::resolve(request)) == test::glibc_resolve(request));
}

// Lets ourselves and this thread's glibc ask one server, while it lives.
class BothAsk {
public:
    explicit BothAsk(const test::NameServer& server)
        : options_({.servers = server.address(), .timeout = {}, .tries = 1}) {
        ::res_init();
        const std::string address = server.address();
        const int port = std::stoi(address.substr(address.find(':') + 1));
        const sockaddr_storage whole = test::socket_address("127.0.0.1", static_cast<std::uint16_t>(port));
        std::memcpy(&_res.nsaddr_list[0], &whole, sizeof _res.nsaddr_list[0]);
        _res.nscount = 1;
        _res.retry = 1;
    }
    ~BothAsk() { ::res_init(); }
    BothAsk(const BothAsk&) = delete;
    BothAsk& operator=(const BothAsk&) = delete;

private:
    test::WithOptions options_;
};

}  // namespace

TEST_CASE("resolver/glibc: numbers, in each family, with and without mapping") {
    for (const char* node : numbers) {
        for (const int family : families) {
            for (const int flags : {0, AI_V4MAPPED, AI_CANONNAME, AI_NUMERICHOST, AI_PASSIVE | AI_NUMERICHOST,
                                    AI_V4MAPPED | AI_ALL | AI_CANONNAME, AI_ADDRCONFIG}) {
                check_same({.node = node, .service = "80", .flags = flags, .family = family});
            }
        }
    }
}

TEST_CASE("resolver/glibc: what is no number, where only numbers are allowed") {
    for (const char* node : no_numbers) {
        for (const int family : families) {
            check_same({.node = node, .service = nullptr, .flags = AI_NUMERICHOST, .family = family});
        }
    }
}

TEST_CASE("resolver/glibc: no name") {
    for (const char* node : {static_cast<const char*>(nullptr), "*"}) {
        for (const char* service :
             {static_cast<const char*>(nullptr), "*", "80", "http", "nosuchservice", ""}) {
            for (const int family : families) {
                for (const int flags :
                     {0, AI_PASSIVE, AI_CANONNAME, AI_ADDRCONFIG, AI_PASSIVE | AI_V4MAPPED}) {
                    check_same({.node = node, .service = service, .flags = flags, .family = family});
                }
            }
        }
    }
}

TEST_CASE("resolver/glibc: services by name and number, for each socket type and protocol") {
    for (const char* service : {static_cast<const char*>(nullptr),
                                "",
                                "0",
                                "80",
                                "65535",
                                "65536",
                                "99999",
                                "4294967295",
                                "-1",
                                " 80",
                                "+80",
                                "80x",
                                "x80",
                                "http",
                                "HTTP",
                                "https",
                                "domain",
                                "tftp",
                                "ntp",
                                "www",
                                "nosuchservice",
                                "*"}) {
        for (const int socktype : std::initializer_list<int>{0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW,
                                                             SOCK_SEQPACKET, SOCK_DCCP, SOCK_RDM, 77}) {
            for (const int protocol : std::initializer_list<int>{0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE,
                                                                 IPPROTO_SCTP, IPPROTO_ICMP, 99}) {
                for (const int flags : {0, AI_NUMERICSERV}) {
                    check_same({.node = "127.0.0.1",
                                .service = service,
                                .flags = flags,
                                .socktype = socktype,
                                .protocol = protocol});
                }
            }
        }
    }
}

TEST_CASE("resolver/glibc: bad flags and bad families") {
    for (const int flags : {0x0800, 0x4000, 0x10000, -1, AI_CANONNAME, AI_IDN, AI_CANONIDN | AI_CANONNAME}) {
        check_same({.node = "127.0.0.1", .service = "80", .flags = flags});
        check_same({.node = nullptr, .service = "80", .flags = flags});
    }
    for (const int family : {AF_UNIX, AF_PACKET, 99, -1}) {
        check_same({.node = "127.0.0.1", .service = "80", .flags = 0, .family = family});
        check_same({.node = nullptr, .service = "http", .flags = 0, .family = family});
        check_same({.node = "127.0.0.1", .service = "x", .flags = AI_NUMERICSERV, .family = family});
    }
}

TEST_CASE("resolver/glibc: names in /etc/hosts") {
    const test::NameServer knows_nothing;
    const BothAsk both(knows_nothing);
    for (const char* node : {"localhost", "LocalHost", "ip6-localhost", "no-such-host"}) {
        for (const int flags : {0, AI_CANONNAME, AI_PASSIVE, AI_ADDRCONFIG}) {
            check_same({.node = node, .service = "http", .flags = flags});
            check_same({.node = node, .service = nullptr, .flags = flags, .family = AF_INET});
        }
    }
}

TEST_CASE("resolver/glibc: names that a server is asked about") {
    test::NameServer server;
    server.add("both.test", test::Record::a, "127.0.0.7");
    server.add("both.test", test::Record::aaaa, "::1");
    server.add("four.test", test::Record::a, "127.0.0.4");
    server.add("six.test", test::Record::aaaa, "2001:db8::1");
    for (const char* host : {"10.0.0.1", "127.0.0.1", "192.0.2.200", "192.0.2.3", "8.8.8.8", "169.254.1.1"}) {
        server.add("many.test", test::Record::a, host);
    }
    for (const char* host :
         {"2001:db8::1", "::1", "fe80::1", "fd00::3", "2002::1", "2001::1", "fec0::1", "ff02::1"}) {
        server.add("many.test", test::Record::aaaa, host);
    }
    server.add("alias.test", test::Record::cname, "link.test");
    server.add("link.test", test::Record::cname, "both.test");
    server.add("empty.test", test::Record::ptr, "x.test");
    const BothAsk both(server);
    for (const char* node : {"both.test",
                             "four.test",
                             "six.test",
                             "many.test",
                             "alias.test",
                             "empty.test",
                             "unknown.test",
                             "a.localhost",
                             "localhost.",
                             "x.onion",
                             "servfail.test",
                             "BOTH.test",
                             "both.test.",
                             "unknown",
                             "256.256.256.256",
                             "1.2.3.4.5",
                             "a..b",
                             "",
                             ".",
                             "under_score.test",
                             "1:2"}) {
        for (const int family : families) {
            for (const int flags : {0, AI_CANONNAME, AI_V4MAPPED, AI_V4MAPPED | AI_ALL, AI_ADDRCONFIG}) {
                check_same({.node = node,
                            .service = "80",
                            .flags = flags,
                            .family = family,
                            .socktype = SOCK_STREAM});
            }
        }
    }
}

namespace {

std::string ours(const fibers::net::NameRequest& request) {
    const auto result = test::reverse(request);
    return result.eai ? test::eai_name(result.eai) : '\'' + result.host + "' '" + result.service + '\'';
}

std::string glibcs(const fibers::net::NameRequest& request) {
    char host[1025] = "";
    char service[1025] = "";
    const int eai = ::getnameinfo(request.address, request.length, request.host ? host : nullptr,
                                  request.host ? sizeof host : 0, request.service ? service : nullptr,
                                  request.service ? sizeof service : 0, request.flags);
    if (eai != 0) return test::eai_name(eai);
    return std::string("'") + host + "' '" + service + '\'';
}

void check_same_name(const sockaddr_storage& address, socklen_t length, int flags) {
    for (const auto& [host, service] :
         {std::pair{true, true}, {true, false}, {false, true}, {false, false}}) {
        fibers::net::NameRequest request;
        request.address = reinterpret_cast<const sockaddr*>(&address);
        request.length = length;
        request.flags = flags;
        request.host = host;
        request.service = service;
        INFO("family " << address.ss_family << " length " << length << " flags " << flags << " host " << host
                       << " service " << service);
        CHECK(ours(request) == glibcs(request));
    }
}

sockaddr_storage link_local(std::uint32_t scope) {
    sockaddr_storage address = test::socket_address("fe80::1", 80);
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    v6.sin6_scope_id = scope;
    std::memcpy(&address, &v6, sizeof v6);
    return address;
}

}  // namespace

TEST_CASE("resolver/glibc: addresses to numbers and names") {
    for (const int flags : {NI_NUMERICHOST, NI_NUMERICHOST | NI_NUMERICSERV, NI_NUMERICHOST | NI_DGRAM,
                            NI_NUMERICHOST | NI_NAMEREQD, NI_NUMERICHOST | 0x4000}) {
        for (const char* host : {"1.2.3.4", "::1", "2001:db8::1", "::ffff:1.2.3.4", "0.0.0.0"}) {
            for (const int port : {0, 80, 53, 69, 65000}) {
                check_same_name(test::socket_address(host, static_cast<std::uint16_t>(port)),
                                sizeof(sockaddr_in6), flags);
            }
        }
        for (const std::uint32_t scope : {0U, 1U, 99U}) {
            check_same_name(link_local(scope), sizeof(sockaddr_in6), flags);
        }
        for (const socklen_t length : {0U, 1U, 2U, 8U, 15U, 16U, 23U, 24U, 27U}) {
            check_same_name(test::socket_address("::1", 80), length, flags);
            check_same_name(test::socket_address("1.2.3.4", 80), length, flags);
        }
        sockaddr_storage other{};
        other.ss_family = AF_PACKET;
        check_same_name(other, sizeof other, flags);
    }
    const test::NameServer knows_nothing;
    const BothAsk both(knows_nothing);
    for (const int flags : {0, NI_NOFQDN, NI_NAMEREQD}) {
        check_same_name(test::socket_address("192.0.2.77", 80), sizeof(sockaddr_in), flags);
        check_same_name(test::socket_address("127.0.0.1", 80), sizeof(sockaddr_in), flags);
    }
}

TEST_CASE("resolver/glibc: unix sockets are this machine and a path") {
    sockaddr_un path{};
    path.sun_family = AF_UNIX;
    std::strcpy(path.sun_path, "/run/some.socket");
    sockaddr_storage address{};
    std::memcpy(&address, &path, sizeof path);
    for (const int flags : {0, NI_NUMERICHOST, NI_NAMEREQD, NI_NUMERICHOST | NI_NAMEREQD, NI_NUMERICSERV}) {
        check_same_name(address, sizeof path, flags);
    }
}
