// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// poll, select and their forms give in a fiber what they give in a thread.
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

#include <algorithm>
#include <vector>

#include "netpatch/sockets.hpp"

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

void note_poll(Trace& trace, std::vector<pollfd> fds, int timeout) {
    trace.note("poll", ::poll(fds.data(), fds.size(), timeout));
    for (const pollfd& entry : fds) trace.note("revents", entry.revents);
}

struct Sets {
    fd_set reads;
    fd_set writes;
    fd_set exceptions;
};

void note_select(Trace& trace, int fd, long milliseconds) {
    Sets sets;
    FD_ZERO(&sets.reads);
    FD_ZERO(&sets.writes);
    FD_ZERO(&sets.exceptions);
    FD_SET(fd, &sets.reads);
    FD_SET(fd, &sets.exceptions);
    timeval limit{milliseconds / 1000, milliseconds % 1000 * 1000};
    trace.note("select", ::select(fd + 1, &sets.reads, &sets.writes, &sets.exceptions,
                                  milliseconds < 0 ? nullptr : &limit));
    trace.note("reads", FD_ISSET(fd, &sets.reads) != 0);
    trace.note("exceptions", FD_ISSET(fd, &sets.exceptions) != 0);
    trace.note("left", milliseconds > 0 && limit.tv_sec == 0 && limit.tv_usec == 0);
}

Party acts(std::function<void()> act) {
    return [act](Trace&) {
        test::let_others_wait();
        act();
    };
}

}  // namespace

TEST_CASE("poll says what is ready now", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const int file = descriptors.add(::open("/dev/null", O_RDWR));
        return {[=](Trace& trace) {
            note_poll(trace, {{pair.near, POLLIN, 0}, {pair.near, POLLOUT, 0}, {-1, POLLIN, 0}}, -1);
            note_poll(trace, {{pair.near, POLLIN, 0}}, 0);
            note_poll(trace, {{file, POLLIN | POLLOUT, 0}}, -1);
            note_poll(trace, {{test::closed_number(), POLLIN, 0}}, -1);
            note_poll(trace, {}, 5);
            note_poll(trace, {{file, 0, 0}, {pair.near, 0, 0}}, 5);
        }};
    });
}

TEST_CASE("poll waits for data, room, the end and errors, or its time", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const Pair idle = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
                    note_poll(trace, {{idle.near, POLLIN, 0}}, 20);
                    note_poll(trace, {{idle.near, POLLIN, 0}, {pair.near, POLLIN | POLLPRI, 0}}, -1);
                    char byte = 0;
                    trace.note("read", ::read(pair.near, &byte, 1));
                    note_poll(trace, {{idle.near, POLLIN, 0}, {pair.near, POLLIN | POLLRDHUP, 0}}, -1);
                },
                [=](Trace&) {
                    test::let_others_wait();
                    test::let_others_wait();
                    ::send(pair.far, "x", 1, 0);
                    test::let_others_wait();
                    ::shutdown(pair.far, SHUT_WR);
                }};
    });
}

TEST_CASE("poll with more descriptors than fit on the stack", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        std::vector<Pair> pairs;
        for (int i = 0; i < 60; ++i) pairs.push_back(test::unix_pair(descriptors));
        return {[=](Trace& trace) {
                    std::vector<pollfd> fds;
                    for (const Pair& pair : pairs) fds.push_back({pair.near, POLLIN, 0});
                    note_poll(trace, fds, -1);
                },
                acts([=] {
                    const int last = pairs.back().far;
                    ::send(last, "x", 1, 0);
                })};
    });
}

TEST_CASE("urgent data wakes POLLPRI and exception sets", "[netpatch][lost-wakeup]") {
    for (const short events : {short{POLLPRI}, short{POLLIN | POLLPRI}}) {
        test::check_same([=](Descriptors& descriptors) -> std::vector<Party> {
            const Pair pair = test::tcp_pair(descriptors);
            return {[=](Trace& trace) {
                        note_poll(trace, {{pair.near, events, 0}}, -1);
                    },
                    acts([=] { ::send(pair.far, "!", 1, MSG_OOB); })};
        });
    }
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) { note_select(trace, pair.near, -1); },
                acts([=] { ::send(pair.far, "!", 1, MSG_OOB); })};
    });
}

TEST_CASE("a poll that asks for nothing still hears of hang-ups", "[netpatch][lost-wakeup]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::unix_pair(descriptors);
        const int far = ::fcntl(pair.far, F_DUPFD_CLOEXEC, 100);
        ::dup2(0, pair.far);
        return {[=](Trace& trace) {
                    note_poll(trace, {{pair.near, 0, 0}}, -1);
                },
                acts([=] { ::close(far); })};
    });
}

TEST_CASE("select waits for data or its time, and says what time is left", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
                    note_select(trace, pair.near, 0);
                    note_select(trace, pair.near, 10);
                    note_select(trace, pair.near, -1);
                    note_select(trace, pair.near, -1);
                    timeval wrong{-1, 0};
                    trace.note("negative", ::select(0, nullptr, nullptr, nullptr, &wrong));
                    timeval short_time{0, 1000};
                    trace.note("nothing", ::select(0, nullptr, nullptr, nullptr, &short_time));
                    fd_set set;
                    FD_ZERO(&set);
                    const int closed = test::closed_number();
                    FD_SET(closed, &set);
                    trace.note("not open", ::select(closed + 1, &set, nullptr, nullptr, nullptr));
                },
                acts([=] { ::send(pair.far, "x", 1, 0); })};
    });
}

TEST_CASE("select looks at no more than the process's table of descriptors, whatever the count",
          "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
            // Bits past the table would be EBADF if they were looked at.
            constexpr int count = 65536;
            std::vector<unsigned long> words(count / 64, 0);
            std::fill(words.begin() + count / 128, words.end(), ~0UL);
            auto* const writes = reinterpret_cast<fd_set*>(words.data());
            words[static_cast<std::size_t>(pair.near) / 64] |= 1UL << (pair.near % 64);
            trace.note("select", ::select(count, nullptr, writes, nullptr, nullptr));
            trace.note("writes", (words[static_cast<std::size_t>(pair.near) / 64] >> (pair.near % 64)) & 1);
        }};
    });
}

TEST_CASE("ppoll and pselect: finer times, and refusals", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
                    pollfd look{pair.near, POLLIN, 0};
                    const timespec brief{0, 300'000};
                    const timespec wrong{0, 2'000'000'000};
                    trace.note("ppoll", ::ppoll(&look, 1, &brief, nullptr));
                    trace.note("wrong", ::ppoll(&look, 1, &wrong, nullptr));
                    trace.note("ppoll", ::ppoll(&look, 1, nullptr, nullptr));
                    fd_set set;
                    FD_ZERO(&set);
                    FD_SET(pair.near, &set);
                    trace.note("pselect", ::pselect(pair.near + 1, &set, nullptr, nullptr, &brief, nullptr));
                    trace.note("wrong", ::pselect(0, nullptr, nullptr, nullptr, &wrong, nullptr));
                },
                acts([=] { ::send(pair.far, "x", 1, 0); })};
    });
}

TEST_CASE("two who poll for the same data both hear of it", "[netpatch][lost-wakeup]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const Party polls = [=](Trace& trace) { note_poll(trace, {{pair.near, POLLIN, 0}}, -1); };
        return {polls, polls, polls, acts([=] { ::send(pair.far, "x", 1, 0); })};
    });
}

TEST_CASE("poll asks the kernel before it waits: what an earlier edge told of is still there",
          "[netpatch][lost-wakeup]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
                    char byte = 0;
                    trace.note("read", ::read(pair.near, &byte, 1));
                    note_poll(trace, {{pair.near, POLLIN, 0}}, -1);
                    note_select(trace, pair.near, -1);
                },
                acts([=] { ::send(pair.far, "xy", 2, 0); })};
    });
}
