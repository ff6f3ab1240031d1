// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/io.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/kernel/wait_queue.hpp"
#include "fibers/sleep.hpp"
#include "tests/fibers/io_pair.hpp"
#include "tests/support/kernel_run.hpp"

using namespace std::chrono_literals;
using fibers::wait_readable;
using fibers::wait_writable;
using test::error_of;
using test::Method;
using test::Pair;

namespace {

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("wait_readable, wait_writable: data, space and end of file wake, on every method of libevent") {
    const std::string name = GENERATE("epoll", "poll", "select");
    const Method method(name);
    test::KernelRun loop;
    CHECK(loop.scheduler.poller().edge_triggered() == (name == "epoll"));
    Pair pair;
    loop.spawn([&] {
        char buffer[16];
        CHECK(wait_readable(pair.end[0]));
        CHECK(read(pair.end[0], buffer, sizeof buffer) == 2);
        CHECK(wait_readable(pair.end[0]));
        CHECK(read(pair.end[0], buffer, sizeof buffer) == 0);
    });
    loop.spawn([&] {
        CHECK(wait_writable(pair.end[1]));
        CHECK(write(pair.end[1], "ab", 2) == 2);
        for (int i = 0; i < 5; ++i) fibers::yield();
        pair.close_end(1);
    });
    loop.run();
}

TEST_CASE("a time-out ends the wait with false, a regular file is always ready, a closed number is EBADF") {
    test::KernelRun loop;
    Pair pair;
    loop.spawn([&] {
        CHECK_FALSE(wait_readable(pair.end[0], 1ms));
        const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        CHECK(wait_readable(file));
        close(file);
        CHECK(error_of([&] { wait_readable(file); }) == EBADF);
        CHECK(error_of([] { wait_readable(-1); }) != 0);
    });
    loop.run();
}

TEST_CASE(
    "one event, several waiters: who takes it and finds more passes the baton (trap: the second sleeps for "
    "ever)") {
    const Method method(GENERATE("epoll", "poll", "select"));
    test::KernelRun loop;
    Pair pair(SOCK_DGRAM);
    int received = 0;
    for (int i = 0; i < 2; ++i) {
        loop.spawn([&] {
            char buffer[16];
            wait_readable(pair.end[0]);
            received += read(pair.end[0], buffer, sizeof buffer) == 1 ? 1 : 0;
        });
    }
    loop.spawn([&] {
        // Both datagrams are queued before the loop looks: one event tells of them.
        CHECK(write(pair.end[1], "a", 1) == 1);
        CHECK(write(pair.end[1], "b", 1) == 1);
    });
    loop.run();
    CHECK(received == 2);
}

TEST_CASE("wait_readable asks the kernel before it waits: what an earlier edge told of is still there") {
    test::KernelRun loop;
    Pair pair;
    char byte = 0;
    int got = 0;
    loop.spawn([&] {
        for (int i = 0; i < 2; ++i) {
            CHECK(wait_readable(pair.end[0]));
            got += read(pair.end[0], &byte, 1) == 1 ? 1 : 0;
        }
    });
    loop.spawn([&] { CHECK(write(pair.end[1], "ab", 2) == 2); });
    loop.run();
    CHECK(got == 2);
}

TEST_CASE(
    "wait_readable asks the kernel again when woken: an edge that somebody else used up does not end it") {
    test::KernelRun loop;
    Pair pair(SOCK_DGRAM);
    char byte = 0;
    bool woken = false;
    fibers::kernel::Fiber& waiter = loop.spawn([&] { woken = wait_readable(pair.end[0]); });
    loop.spawn([&] {
        CHECK(write(pair.end[1], "a", 1) == 1);
        // Ahead of the waiter in the turn in which the edge makes it ready.
        while (waiter.state == fibers::kernel::FiberState::parked) fibers::yield();
        CHECK(read(pair.end[0], &byte, 1) == 1);
        for (int i = 0; i < 5; ++i) fibers::yield();
        CHECK_FALSE(woken);
        CHECK(write(pair.end[1], "b", 1) == 1);
    });
    loop.run();
    CHECK(woken);
}

TEST_CASE("a waiter that was given the event and is then cancelled passes it on") {
    test::KernelRun loop;
    Pair pair(SOCK_DGRAM);
    bool received = false;
    fibers::kernel::Fiber& first =
        loop.spawn([&] { CHECK_THROWS_AS(wait_readable(pair.end[0]), fibers::CancelledError); });
    loop.spawn([&] { received = wait_readable(pair.end[0]); });
    loop.spawn([&] {
        CHECK(write(pair.end[1], "a", 1) == 1);
        while (first.state == fibers::kernel::FiberState::parked) fibers::yield();
        fibers::kernel::request_cancel(first, "");
    });
    loop.run();
    CHECK(received);
}

TEST_CASE("closing wakes every waiter with EBADF, and the number's next life is a new one") {
    test::KernelRun loop;
    Pair pair;
    const int number = pair.end[0];
    int woken = 0;
    for (int i = 0; i < 3; ++i) {
        loop.spawn([&] { woken += error_of([&] { wait_readable(number); }) == EBADF ? 1 : 0; });
    }
    loop.spawn([&] {
        fibers::yield();
        pair.close_end(0);
        Pair next;
        REQUIRE(next.end[0] == number);
        CHECK(write(next.end[1], "x", 1) == 1);
        CHECK(wait_readable(number));
    });
    loop.run();
    CHECK(woken == 3);
}

TEST_CASE("who is woken and, before it runs, loses the number to another file is told of the close") {
    test::KernelRun loop;
    Pair pair;
    const int number = pair.end[0];
    int code = 0;
    loop.spawn([&] { code = error_of([&] { wait_readable(number); }); });
    loop.spawn([&] {
        fibers::kernel::pass_baton(number, fibers::kernel::Direction::read);
        pair.close_end(0);
        Pair next;
        REQUIRE(next.end[0] == number);
        CHECK(write(next.end[1], "not yours", 9) == 9);
        fibers::yield();
    });
    loop.run();
    CHECK(code == EBADF);
}

TEST_CASE("the short-read hint is a guess: who trusted it and was deceived is woken before the loop blocks") {
    test::KernelRun loop;
    Pair pair;
    bool woken = false;
    loop.spawn([&] {
        auto& poller = loop.scheduler.poller();
        CHECK(write(pair.end[1], "left behind", 11) == 11);
        fibers::kernel::FdWatch* watch = poller.watch(pair.end[0]);
        REQUIRE(watch);
        poller.poll(fibers::TimePoint::min());  // the edge is taken, nobody was told
        woken =
            fibers::kernel::wait_fd(pair.end[0], watch, fibers::kernel::Direction::read, fibers::never,
                                    fibers::kernel::OnCancel::throws, true) == fibers::kernel::FdWake::ready;
    });
    loop.run();
    CHECK(woken);
}

TEST_CASE("the short-read hint: nobody deceived by it starves while the loop never blocks") {
    test::KernelRun loop;
    Pair pair;
    bool woken = false;
    loop.spawn([&] {
        auto& poller = loop.scheduler.poller();
        CHECK(write(pair.end[1], "left behind", 11) == 11);
        fibers::kernel::FdWatch* watch = poller.watch(pair.end[0]);
        REQUIRE(watch);
        poller.poll(fibers::TimePoint::min());
        fibers::kernel::wait_fd(pair.end[0], watch, fibers::kernel::Direction::read, fibers::never,
                                fibers::kernel::OnCancel::throws, true);
        woken = true;
    });
    loop.spawn([&] {
        while (!woken) fibers::yield();
    });
    loop.run();
    CHECK(woken);
}

TEST_CASE("an idle loop takes no processor time, on every method of libevent") {
    const Method method(GENERATE("epoll", "poll", "select"));
    test::KernelRun loop;
    Pair silent;
    Pair readable;
    CHECK(write(readable.end[1], "unread", 6) == 6);
    double used = 0;
    loop.spawn([&] {
        CHECK(wait_readable(readable.end[0]));  // level-triggered, this one would fire for ever
        const double before = cpu_seconds();
        CHECK_FALSE(wait_readable(silent.end[0], 300ms));
        used = cpu_seconds() - before;
    });
    loop.run();
    CHECK(used < 0.03);  // 100 % would be 0.3
}

TEST_CASE("waiting for many descriptors at once: any of them wakes, none stays registered") {
    test::KernelRun loop;
    std::vector<std::unique_ptr<Pair>> pairs;
    for (int i = 0; i < 20; ++i) pairs.push_back(std::make_unique<Pair>());
    loop.spawn([&] {
        std::vector<fibers::kernel::FdInterest> interests;
        for (const auto& pair : pairs) interests.push_back({pair->end[0], true, false});
        const auto wake = fibers::kernel::wait_fds(interests.data(), interests.size(), fibers::never,
                                                   fibers::kernel::OnCancel::throws);
        CHECK(wake == fibers::kernel::FdWake::ready);
        CHECK(loop.scheduler.poller().waiting() == 0);
    });
    loop.spawn([&] { CHECK(write(pairs[13]->end[1], "x", 1) == 1); });
    loop.run();
}
