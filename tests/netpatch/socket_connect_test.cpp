// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// connect and accept give in a fiber what they give in a thread.
#include <fcntl.h>
#include <sys/un.h>

#include "netpatch/sockets.hpp"

namespace {

using test::Descriptors;
using test::Party;
using test::Trace;

// A listener whose backlog is full: nobody more gets an answer.
int full_listener(Descriptors& descriptors) {
    const int listener = test::tcp_listener(descriptors, 0);
    for (int i = 0; i < 2; ++i) {
        const int filler = descriptors.add(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        test::connect_to(filler, test::address_of(listener));
    }
    return listener;
}

int user_flag(int fd) {
    return ::fcntl(fd, F_GETFL) & O_NONBLOCK;
}

}  // namespace

TEST_CASE("accept waits for a connection, connect makes one, flags stay the user's", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int listener = test::tcp_listener(descriptors);
        return {[=](Trace& trace) {
                    sockaddr_in peer{};
                    socklen_t size = sizeof peer;
                    const int made = ::accept(listener, reinterpret_cast<sockaddr*>(&peer), &size);
                    trace.note_text(made >= 0 ? "accepted" : "refused");
                    trace.note("family", peer.sin_family);
                    trace.note("its flag", user_flag(made));
                    trace.note("listener's flag", user_flag(listener));
                    char byte = 0;
                    trace.note("read", ::read(made, &byte, 1));
                    ::close(made);
                    const int other = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
                    trace.note("flag of accept4", user_flag(other));
                    trace.note("F_GETFD", ::fcntl(other, F_GETFD));
                    trace.note("read", ::read(other, &byte, 1));
                    ::close(other);
                },
                [=](Trace& trace) {
                    for (int i = 0; i < 2; ++i) {
                        test::let_others_wait();
                        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
                        trace.note("connect", test::connect_to(fd, test::address_of(listener)));
                        trace.note("again", test::connect_to(fd, test::address_of(listener)));
                        trace.note("flag", user_flag(fd));
                        if (i == 0) trace.note("write", ::write(fd, "x", 1));
                        test::let_others_wait();
                        ::close(fd);
                    }
                }};
    });
}

TEST_CASE("a refused connect says so, and the socket can be used again", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int fd = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        const int bound = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(test::bind_to(bound, test::loopback()) == 0);
        return {[=](Trace& trace) {
            const sockaddr_in address = test::address_of(bound);
            trace.note("connect", test::connect_to(fd, address));
            REQUIRE(::listen(bound, 1) == 0);
            trace.note("connect", test::connect_to(fd, address));
            trace.note("send", ::send(fd, "x", 1, 0));
            trace.note("nowhere", ::connect(fd, nullptr, 0));
            trace.note("no descriptor", test::connect_to(-1, address));
            trace.note("no socket", test::connect_to(0, address));
        }};
    });
}

TEST_CASE("SO_SNDTIMEO limits connect, SO_RCVTIMEO accept", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int listener = full_listener(descriptors);
        const int idle = test::tcp_listener(descriptors);
        const int fd = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        return {[=](Trace& trace) {
            test::set_time_limit(fd, SO_SNDTIMEO, 30);
            test::set_time_limit(idle, SO_RCVTIMEO, 30);
            trace.note("connect", test::connect_to(fd, test::address_of(listener)));
            trace.note("again", test::connect_to(fd, test::address_of(listener)));
            trace.note("accept", ::accept(idle, nullptr, nullptr));
            trace.note("flag", user_flag(fd));
        }};
    });
}

TEST_CASE("a connect under way can be waited for by another", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int listener = full_listener(descriptors);
        const int fd = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        return {[=](Trace& trace) {
                    test::set_time_limit(fd, SO_SNDTIMEO, 30);
                    trace.note("connect", test::connect_to(fd, test::address_of(listener)));
                    test::set_time_limit(fd, SO_SNDTIMEO, 0);
                    trace.note("again", test::connect_to(fd, test::address_of(listener)));
                    trace.note("once more", test::connect_to(fd, test::address_of(listener)));
                },
                [=](Trace&) {
                    for (int i = 0; i < 3; ++i) test::let_others_wait();
                    for (int i = 0; i < 2; ++i) ::close(::accept(listener, nullptr, nullptr));
                }};
    });
}

TEST_CASE("a unix connect waits for room in the backlog", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const int listener = descriptors.add(::socket(AF_UNIX, SOCK_STREAM, 0));
        REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) == 0);
        socklen_t size = sizeof address;
        REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        REQUIRE(::listen(listener, 0) == 0);
        const auto connect = [=, &descriptors](Trace& trace, long limit) {
            const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
            if (limit > 0) test::set_time_limit(fd, SO_SNDTIMEO, limit);
            trace.note("connect", ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size));
            ::close(fd);
        };
        return {[=](Trace& trace) {
                    connect(trace, 0);
                    connect(trace, 30);
                    connect(trace, 0);
                },
                [=](Trace& trace) {
                    for (int i = 0; i < 4; ++i) test::let_others_wait();
                    const int made = ::accept(listener, nullptr, nullptr);
                    trace.note_text(made >= 0 ? "accepted" : "refused");
                    ::close(made);
                }};
    });
}

TEST_CASE("datagram sockets connect at once", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int fd = descriptors.add(::socket(AF_INET, SOCK_DGRAM, 0));
        return {[=](Trace& trace) {
            trace.note("connect", test::connect_to(fd, test::loopback(9)));
            trace.note("connect", test::connect_to(fd, test::loopback(10)));
        }};
    });
}
