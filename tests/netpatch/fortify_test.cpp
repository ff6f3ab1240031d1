// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// glibc's other names for patched functions wait as the plain ones do: the fortified, and the old ones with
// underscores.
#include <poll.h>

#include <array>
#include <csignal>

#include "netpatch/fibers_only.hpp"
#include "support/program.hpp"

// What the compiler declares only where it means to call them.
ssize_t fortified_read(int fd, void* buffer, std::size_t size, std::size_t room) __asm__("__read_chk");
ssize_t fortified_recv(int fd, void* buffer, std::size_t size, std::size_t room,
                       int flags) __asm__("__recv_chk");
ssize_t fortified_recvfrom(int fd, void* buffer, std::size_t size, std::size_t room, int flags,
                           sockaddr* address, socklen_t* length) __asm__("__recvfrom_chk");
int fortified_poll(pollfd* fds, nfds_t count, int timeout, std::size_t room) __asm__("__poll_chk");
int fortified_ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask,
                    std::size_t room) __asm__("__ppoll_chk");
ssize_t old_read(int fd, void* buffer, std::size_t size) __asm__("__read");
ssize_t old_write(int fd, const void* buffer, std::size_t size) __asm__("__write");
ssize_t old_send(int fd, const void* buffer, std::size_t size, int flags) __asm__("__send");
int old_poll(pollfd* fds, nfds_t count, int timeout) __asm__("__poll");
int old_select(int count, fd_set* reads, fd_set* writes, fd_set* exceptions,
               timeval* timeout) __asm__("__select");
int old_nanosleep(const timespec* time, timespec* left) __asm__("__nanosleep");
int old_close(int fd) __asm__("__close");

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

// A scene in which `call` has to wait until the peer has sent.
template <class Call>
test::Scene waits_for_data(Call call) {
    return [call](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) { call(trace, pair.near); },
                [=](Trace&) {
                    test::let_others_wait();
                    ::send(pair.far, "hello", 5, 0);
                }};
    };
}

}  // namespace

TEST_CASE("the fortified names give what the plain ones give, and wait", "[netpatch]") {
    std::array<char, 16> buffer{};
    test::check_same(waits_for_data([&](Trace& trace, int fd) {
        trace.note("__read_chk", fortified_read(fd, buffer.data(), 5, buffer.size()));
        trace.note_bytes(buffer.data(), 5);
    }));
    test::check_same(waits_for_data([&](Trace& trace, int fd) {
        trace.note("__recv_chk", fortified_recv(fd, buffer.data(), 2, buffer.size(), MSG_PEEK));
        trace.note("__recv_chk", fortified_recv(fd, buffer.data(), 9, buffer.size(), 0));
    }));
    test::check_same(waits_for_data([&](Trace& trace, int fd) {
        trace.note("__recvfrom_chk",
                   fortified_recvfrom(fd, buffer.data(), 5, buffer.size(), 0, nullptr, nullptr));
    }));
    test::check_same(waits_for_data([](Trace& trace, int fd) {
        pollfd look{fd, POLLIN, 0};
        trace.note("__poll_chk", fortified_poll(&look, 1, -1, sizeof look));
        trace.note("__poll_chk", fortified_poll(&look, 1, 0, sizeof look));
    }));
    test::check_same(waits_for_data([](Trace& trace, int fd) {
        pollfd look{fd, POLLIN, 0};
        trace.note("__ppoll_chk", fortified_ppoll(&look, 1, nullptr, nullptr, sizeof look));
    }));
}

TEST_CASE("the fortified names are counted by themselves", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    char byte = 0;
    test::run_fibers(
        {[&] {
             CHECK(test::waits("__read_chk", [&] { CHECK(fortified_read(pair.near, &byte, 1, 1) == 1); }));
         },
         [&] { CHECK(::write(pair.far, "x", 1) == 1); }});
    CHECK(netpatch::is_patched("__poll_chk"));
    CHECK(netpatch::get_original_address("__recv_chk") != nullptr);
}

TEST_CASE("the old names with underscores are the plain ones", "[netpatch]") {
    std::array<char, 16> buffer{};
    test::check_same(waits_for_data([&](Trace& trace, int fd) {
        trace.note("__read", old_read(fd, buffer.data(), buffer.size()));
        trace.note("__write", old_write(fd, "x", 1));
        trace.note("__send", old_send(fd, "x", 1, 0));
    }));
    test::check_same(waits_for_data([](Trace& trace, int fd) {
        pollfd look{fd, POLLIN, 0};
        trace.note("__poll", old_poll(&look, 1, -1));
    }));
    test::check_same(waits_for_data([](Trace& trace, int fd) {
        fd_set reads;
        FD_ZERO(&reads);
        FD_SET(fd, &reads);
        trace.note("__select", old_select(fd + 1, &reads, nullptr, nullptr, nullptr));
    }));
    CHECK(netpatch::is_patched("__read"));
    CHECK(netpatch::get_original_address("__read") == netpatch::get_original_address("read"));
}

TEST_CASE("__nanosleep lets others run, and __close wakes who waits", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    char byte = 0;
    test::run_fibers(
        {[&] {
             CHECK(test::answer([&] { return ::read(near, &byte, 1); }) == test::Answer{-1, EBADF});
         },
         [&] {
             const timespec brief{0, 1000};
             CHECK(test::waits("nanosleep", [&] { CHECK(old_nanosleep(&brief, nullptr) == 0); }));
             CHECK(old_close(near) == 0);
         }});
}

TEST_CASE("a fortified call that asks for more than there is room for ends the program as libc does",
          "[netpatch]") {
    const auto result = test::run_program("fortified");
    CHECK_THAT(result.output, Catch::Contains("buffer overflow detected"));
    CHECK(result.signal == SIGABRT);
}
