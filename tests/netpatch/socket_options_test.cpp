// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a socket's making and its options mean for reads.
#include <sys/syscall.h>

#include "netpatch/fibers_only.hpp"

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

// Whether the loop takes the descriptor for empty after a read that got less than it asked for.
bool short_read_drains(const Pair& pair) {
    bool drained = false;
    test::run_fibers({[&] {
                          char bytes[8];
                          CHECK(::read(pair.near, bytes, sizeof bytes) == 1);
                          const fibers::kernel::FdWatch* const watch =
                              fibers::kernel::this_fiber->scheduler.poller().find(pair.near);
                          REQUIRE(watch);
                          drained = watch->drained;
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "x", 1, 0);
                      }});
    return drained;
}

}  // namespace

TEST_CASE("the short-read hint is off once SO_RCVLOWAT, SO_PEEK_OFF or TCP_ULP was set", "[netpatch]") {
    Descriptors descriptors;
    CHECK(short_read_drains(test::tcp_pair(descriptors)));
    for (const int option : {SO_RCVLOWAT, SO_PEEK_OFF}) {
        const Pair pair = test::tcp_pair(descriptors);
        const int value = 1;
        // TCP knows SO_PEEK_OFF since Linux 6.9.
        if (::setsockopt(pair.near, SOL_SOCKET, option, &value, sizeof value) != 0) continue;
        CHECK_FALSE(short_read_drains(pair));
    }
    const Pair pair = test::tcp_pair(descriptors);
    // A kernel need not have TLS.
    if (::setsockopt(pair.near, IPPROTO_TCP, TCP_ULP, "tls", 3) == 0) CHECK_FALSE(short_read_drains(pair));
}

TEST_CASE("the short-read hint does not follow a number that we have not seen made", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    const int unseen = descriptors.add(static_cast<int>(::syscall(SYS_dup, pair.near)));
    CHECK_FALSE(short_read_drains({unseen, pair.far}));
}

TEST_CASE("SO_RCVLOWAT: an accepted socket has its listener's", "[netpatch][lost-wakeup]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int listener = test::tcp_listener(descriptors);
        const int peer = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        test::set_option(listener, SO_RCVLOWAT, 6);
        return {[=](Trace& trace) {
                    const int made = ::accept(listener, nullptr, nullptr);
                    test::let_others_wait();
                    char bytes[16];
                    trace.note("recv", ::recv(made, bytes, sizeof bytes, 0));
                    ::close(made);
                },
                [=](Trace& trace) {
                    trace.note("connect", test::connect_to(peer, test::address_of(listener)));
                    trace.note("send", ::send(peer, "one", 3, 0));
                    for (int i = 0; i < 2; ++i) test::let_others_wait();
                    trace.note("send", ::send(peer, "twothree", 8, 0));
                }};
    });
}
