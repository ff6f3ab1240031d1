// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Who polls for urgent data shares the descriptor, and in a forked child the epoll, with others.
#include <poll.h>
#include <sys/wait.h>

#include "fibers/fibers.hpp"
#include "netpatch/fibers_only.hpp"

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

int wait_for_urgent(int fd) {
    pollfd look{fd, POLLPRI, 0};
    return ::poll(&look, 1, -1);
}

// In a forked child: a loop of its own, in which one polls for urgent data and then it comes.
int child_loop(const Pair& pair) {
    return fibers::run([&] {
        auto polled = fibers::create_task([&] { return wait_for_urgent(pair.near); });
        fibers::yield();
        ::send(pair.far, "!", 1, MSG_OOB);
        return polled.get() == 1 ? 0 : 1;
    });
}

}  // namespace

TEST_CASE("the baton: who polls for urgent data hands an edge on to the reader behind",
          "[netpatch][lost-wakeup]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) { trace.note("poll", wait_for_urgent(pair.near)); },
                [=](Trace& trace) {
                    test::let_others_wait();
                    char byte = 0;
                    trace.note("read", ::read(pair.near, &byte, 1));
                    ::send(pair.far, "!", 1, MSG_OOB);
                },
                [=](Trace&) {
                    test::let_others_wait();
                    test::let_others_wait();
                    ::send(pair.far, "x", 1, 0);
                }};
    });
}

TEST_CASE("a forked child that polls for urgent data leaves the parent's epoll alone",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    int polled = 0;
    test::run_fibers({[&] { polled = wait_for_urgent(pair.near); },
                      [&] {
                          test::let_fibers_wait();
                          const pid_t child = ::fork();
                          if (child == 0) ::_exit(child_loop(pair));
                          REQUIRE(child > 0);
                          int status = -1;
                          CHECK(::waitpid(child, &status, 0) == child);
                          CHECK(status == 0);
                      }});
    CHECK(polled == 1);
}
