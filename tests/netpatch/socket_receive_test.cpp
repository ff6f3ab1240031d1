// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// recv and its family give in a fiber what they give in a thread.
#include <sys/uio.h>

#include <algorithm>

#include "netpatch/sockets.hpp"

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

// A scene with one connected pair, on TCP and on unix sockets.
void check_streams(const std::function<std::vector<Party>(Pair)>& scene) {
    test::check_same([&](Descriptors& descriptors) { return scene(test::tcp_pair(descriptors)); });
    test::check_same([&](Descriptors& descriptors) { return scene(test::unix_pair(descriptors)); });
}

void check_datagrams(const std::function<std::vector<Party>(Pair)>& scene) {
    test::check_same([&](Descriptors& descriptors) { return scene(test::udp_pair(descriptors)); });
    test::check_same(
        [&](Descriptors& descriptors) { return scene(test::unix_pair(descriptors, SOCK_DGRAM)); });
}

void receive(Trace& trace, int fd, std::size_t size, int flags) {
    std::vector<char> buffer(size + 1);
    const ssize_t got = trace.note("recv", ::recv(fd, buffer.data(), size, flags));
    if (got > 0) trace.note_bytes(buffer.data(), std::min(size, static_cast<std::size_t>(got)));
}

Party sends(int fd, std::vector<std::string> pieces) {
    return [fd, pieces](Trace& trace) {
        for (const std::string& piece : pieces) {
            test::let_others_wait();
            trace.note("send", ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL));
        }
        test::let_others_wait();
        trace.note("shutdown", ::shutdown(fd, SHUT_WR));
    };
}

}  // namespace

TEST_CASE("recv waits, returns what there is, and 0 at the end", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    for (int i = 0; i < 3; ++i) receive(trace, pair.near, 100, 0);
                },
                sends(pair.far, {"one", "two"})};
    });
}

TEST_CASE("MSG_WAITALL fills the buffer, or returns what came before the end", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    receive(trace, pair.near, 8, MSG_WAITALL);
                    receive(trace, pair.near, 8, MSG_WAITALL);
                },
                sends(pair.far, {"one", "two", "three"})};
    });
}

TEST_CASE("MSG_WAITALL in recvmsg fills every piece", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    std::string bytes(9, '.');
                    std::array<iovec, 3> pieces{iovec{bytes.data(), 2}, iovec{bytes.data() + 2, 6},
                                                iovec{bytes.data() + 8, 1}};
                    msghdr message{};
                    message.msg_iov = pieces.data();
                    message.msg_iovlen = pieces.size();
                    trace.note("recvmsg", ::recvmsg(pair.near, &message, MSG_WAITALL));
                    trace.note_text(bytes);
                    trace.note("second piece", pieces[1].iov_len);
                },
                sends(pair.far, {"one", "two", "three"})};
    });
}

TEST_CASE("MSG_PEEK leaves what it shows, with MSG_WAITALL it waits for all of it", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    receive(trace, pair.near, 100, MSG_PEEK);
                    receive(trace, pair.near, 2, 0);
                    receive(trace, pair.near, 4, MSG_PEEK | MSG_WAITALL);
                    receive(trace, pair.near, 100, 0);
                },
                sends(pair.far, {"one", "two"})};
    });
}

TEST_CASE("MSG_DONTWAIT does not wait, a recv of nothing does", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    receive(trace, pair.near, 10, MSG_DONTWAIT);
                    receive(trace, pair.near, 0, 0);
                    receive(trace, pair.near, 10, MSG_DONTWAIT);
                },
                sends(pair.far, {"one"})};
    });
}

TEST_CASE("SO_RCVLOWAT: a read waits for so much, or for the end, or for the time limit", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    test::set_option(pair.near, SO_RCVLOWAT, 6);
                    receive(trace, pair.near, 100, 0);
                    receive(trace, pair.near, 100, 0);
                    receive(trace, pair.near, 100, 0);
                },
                sends(pair.far, {"one", "two", "end"})};
    });
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
            test::set_option(pair.near, SO_RCVLOWAT, 6);
            test::set_time_limit(pair.near, SO_RCVTIMEO, 30);
            trace.note("send", ::send(pair.far, "abc", 3, 0));
            receive(trace, pair.near, 100, 0);
            receive(trace, pair.near, 100, 0);
        }};
    });
}

TEST_CASE("SO_RCVLOWAT together with MSG_WAITALL", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    test::set_option(pair.near, SO_RCVLOWAT, 4);
                    receive(trace, pair.near, 12, MSG_WAITALL);
                    receive(trace, pair.near, 12, MSG_WAITALL);
                },
                sends(pair.far, {"1", "23", "456789", "abcdef", "g"})};
    });
}

TEST_CASE("SO_RCVTIMEO ends a read with EAGAIN, or with what came", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
            test::set_time_limit(pair.near, SO_RCVTIMEO, 30);
            receive(trace, pair.near, 10, 0);
            trace.note("send", ::send(pair.far, "abc", 3, 0));
            receive(trace, pair.near, 10, MSG_WAITALL);
            char byte = 0;
            trace.note("read", ::read(pair.near, &byte, 1));
            test::set_time_limit(pair.near, SO_RCVTIMEO, 0);
            trace.note("send", ::send(pair.far, "abc", 3, 0));
            receive(trace, pair.near, 10, 0);
        }};
    });
}

TEST_CASE("a reset is told once, then there is the end", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const int far = ::dup(pair.far);
        ::close(::dup(pair.far));
        return {[=](Trace& trace) {
                    receive(trace, pair.near, 10, 0);
                    receive(trace, pair.near, 10, 0);
                },
                [=](Trace&) {
                    test::let_others_wait();
                    test::reset_on_close(far);
                    ::dup2(0, pair.far);
                    ::close(far);
                }};
    });
}

TEST_CASE("datagrams come one by one, with their sender and their true size", "[netpatch]") {
    check_datagrams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    receive(trace, pair.near, 100, 0);
                    receive(trace, pair.near, 2, MSG_TRUNC);
                    receive(trace, pair.near, 100, MSG_WAITALL);
                    sockaddr_storage sender{};
                    socklen_t size = sizeof sender;
                    char buffer[8];
                    trace.note("recvfrom", ::recvfrom(pair.near, buffer, sizeof buffer, 0,
                                                      reinterpret_cast<sockaddr*>(&sender), &size));
                    trace.note("family", sender.ss_family);
                    trace.note("size", size);
                },
                [=](Trace& trace) {
                    for (const char* text : {"one", "three", "", "x"}) {
                        test::let_others_wait();
                        trace.note("send", ::send(pair.far, text, std::strlen(text), 0));
                    }
                }};
    });
}

TEST_CASE("recvmmsg waits for all, for one, or no longer than its limit", "[netpatch]") {
    check_datagrams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    std::array<std::array<char, 8>, 3> buffers{};
                    std::array<iovec, 3> pieces;
                    std::array<mmsghdr, 3> messages{};
                    for (std::size_t i = 0; i < 3; ++i) {
                        pieces[i] = {buffers[i].data(), buffers[i].size()};
                        messages[i].msg_hdr.msg_iov = &pieces[i];
                        messages[i].msg_hdr.msg_iovlen = 1;
                    }
                    trace.note("one", ::recvmmsg(pair.near, messages.data(), 3, MSG_WAITFORONE, nullptr));
                    trace.note("all", ::recvmmsg(pair.near, messages.data(), 3, 0, nullptr));
                    for (const auto& message : messages) trace.note("length", message.msg_len);
                    timespec limit{0, 1'000'000};
                    trace.note("limit", ::recvmmsg(pair.near, messages.data(), 3, 0, &limit));
                    trace.note("none", ::recvmmsg(pair.near, messages.data(), 3, MSG_DONTWAIT, nullptr));
                },
                [=](Trace& trace) {
                    for (const char* text : {"1", "22", "333", "4444", "55555"}) {
                        test::let_others_wait();
                        trace.note("send", ::send(pair.far, text, std::strlen(text), 0));
                    }
                }};
    });
}

TEST_CASE("UDP knows no urgent data: asked for it, it waits for any", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::udp_pair(descriptors);
        return {[=](Trace& trace) {
                    std::array<char, 8> buffer{};
                    trace.note("recv", ::recv(pair.near, buffer.data(), buffer.size(), MSG_OOB));
                },
                [=](Trace& trace) {
                    test::let_others_wait();
                    trace.note("send", ::send(pair.far, "any", 3, 0));
                }};
    });
}
