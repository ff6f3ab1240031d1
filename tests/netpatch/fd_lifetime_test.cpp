// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The less usual ways to end a descriptor wake its waiters too.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <csignal>
#include <cstdio>
#include <future>
#include <system_error>

#include "fibers/io.hpp"
#include "netpatch/fibers_only.hpp"
#include "netpatch/policy.hpp"

namespace {

using test::Answer;
using test::answer;
using test::Descriptors;
using test::Pair;

// A fiber that reads hears of the close when the other one `ends` its number.
void check_wakes_reader(int fd, const std::function<void()>& ends) {
    char byte = 0;
    test::run_fibers({[&] {
                          CHECK(answer([&] { return ::read(fd, &byte, 1); }) == Answer{-1, EBADF});
                      },
                      [&] {
                          test::let_fibers_wait();
                          ends();
                      }});
}

// Runs `call`, whose first transfer lets others run though it succeeds; its number is a copy of `stranger`
// when it comes to the second.
void run_replaced(int fd, int stranger, const std::function<void()>& call) {
    test::run_fibers({[&] {
                          fibers::kernel::this_fiber->budget = netpatch::policy::budget - 1;
                          call();
                      },
                      [&] {
                          CHECK(::dup2(stranger, fd) == fd);
                          test::let_fibers_wait();
                          CHECK(::dup2(stranger, fd) == fd);  // ends a wait for the stranger
                      }});
}

int queued(int fd) {
    int bytes = -1;
    CHECK(::ioctl(fd, FIONREAD, &bytes) == 0);
    return bytes;
}

using Write = std::function<ssize_t(int fd, const std::string& bytes)>;

// A part, and nothing for the stranger.
void check_writes_part(Pair ends, Pair stranger, const Write& write) {
    const std::string bytes(8 << 20, 'x');
    run_replaced(ends.near, stranger.near, [&] {
        const ssize_t sent = write(ends.near, bytes);
        CHECK(sent > 0);
        CHECK(sent == queued(ends.far));
    });
    CHECK(queued(stranger.far) == 0);
}

Pair pipe_pair(Descriptors& descriptors) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    return {descriptors.add(ends[1]), descriptors.add(ends[0])};
}

}  // namespace

TEST_CASE("fclose wakes waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    std::FILE* const stream = ::fdopen(near, "r");
    REQUIRE(stream);
    check_wakes_reader(near, [&] { CHECK(std::fclose(stream) == 0); });
}

TEST_CASE("closefrom wakes waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::fcntl(pair.near, F_DUPFD_CLOEXEC, 900);  // nothing else is open up there
    check_wakes_reader(near, [&] { ::closefrom(near); });
}

TEST_CASE("close_range by another thread wakes waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::fcntl(pair.near, F_DUPFD_CLOEXEC, 900);
    std::promise<void> waiting;
    std::thread closer([&] {
        waiting.get_future().wait();
        ::close_range(static_cast<unsigned>(near), static_cast<unsigned>(near), 0);
    });
    check_wakes_reader(near, [&] { waiting.set_value(); });
    closer.join();
}

TEST_CASE("a close in a signal handler wakes waiters while their loop sleeps", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    static int near = -1;
    near = ::dup(pair.near);
    netpatch::patch_all();
    struct sigaction action {};
    action.sa_flags = SA_RESTART;
    action.sa_handler = [](int) { ::close(near); };
    struct sigaction before {};
    REQUIRE(::sigaction(SIGALRM, &action, &before) == 0);
    check_wakes_reader(near, [] {
        const itimerval soon{{0, 0}, {0, 1000}};
        CHECK(::setitimer(ITIMER_REAL, &soon, nullptr) == 0);
    });
    ::sigaction(SIGALRM, &before, nullptr);
}

TEST_CASE("dup2 over a number that only the loop knows wakes its waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int unseen = descriptors.add(static_cast<int>(::syscall(SYS_dup, pair.near)));
    test::run_fibers({[&] { CHECK_THROWS_AS(fibers::wait_readable(unseen), std::system_error); },
                      [&] {
                          test::let_fibers_wait();
                          CHECK(::dup2(pair.far, unseen) == unseen);
                      }});
}

TEST_CASE("a close that nobody saw wakes waiters when the number is made anew", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    check_wakes_reader(near, [&] {
        ::syscall(SYS_close, near);
        CHECK(::dup(pair.far) == near);
    });
    ::close(near);
}

TEST_CASE("the rest of a write is not for who got the number in the middle of it", "[netpatch]") {
    Descriptors descriptors;
    const Pair stranger = test::unix_pair(descriptors);
    check_writes_part(test::unix_pair(descriptors), stranger, [](int fd, const std::string& bytes) {
        return ::write(fd, bytes.data(), bytes.size());
    });
    check_writes_part(test::unix_pair(descriptors), stranger, [](int fd, const std::string& bytes) {
        const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
        return ::writev(fd, &piece, 1);
    });
    check_writes_part(pipe_pair(descriptors), pipe_pair(descriptors), [](int fd, const std::string& bytes) {
        return ::write(fd, bytes.data(), bytes.size());
    });
}

TEST_CASE("the next message is not for who got the number in the middle of sendmmsg", "[netpatch]") {
    Descriptors descriptors;
    const Pair ends = test::unix_pair(descriptors, SOCK_DGRAM);
    const Pair stranger = test::unix_pair(descriptors, SOCK_DGRAM);
    run_replaced(ends.near, stranger.near, [&] {
        iovec piece{const_cast<char*>("x"), 1};
        std::array<mmsghdr, 2> messages{};
        for (mmsghdr& message : messages) {
            message.msg_hdr.msg_iov = &piece;
            message.msg_hdr.msg_iovlen = 1;
        }
        CHECK(::sendmmsg(ends.near, messages.data(), 2, 0) == 1);
    });
    CHECK(queued(stranger.far) == 0);
}

TEST_CASE("a read that fills its buffer takes nothing from who got the number meanwhile", "[netpatch]") {
    Descriptors descriptors;
    const Pair ends = test::unix_pair(descriptors);
    const Pair stranger = test::unix_pair(descriptors);
    REQUIRE(::write(ends.far, "abc", 3) == 3);
    REQUIRE(::write(stranger.far, "def", 3) == 3);
    run_replaced(ends.near, stranger.near, [&] {
        std::array<char, 6> bytes{};
        CHECK(::recv(ends.near, bytes.data(), bytes.size(), MSG_WAITALL) == 3);
    });
    CHECK(queued(stranger.near) == 3);
}

TEST_CASE("recvmmsg takes nothing from who got the number meanwhile", "[netpatch]") {
    Descriptors descriptors;
    const Pair ends = test::unix_pair(descriptors, SOCK_DGRAM);
    const Pair stranger = test::unix_pair(descriptors, SOCK_DGRAM);
    REQUIRE(::write(ends.far, "abc", 3) == 3);
    REQUIRE(::write(stranger.far, "def", 3) == 3);
    run_replaced(ends.near, stranger.near, [&] {
        std::array<char, 3> bytes{};
        iovec piece{bytes.data(), bytes.size()};
        std::array<mmsghdr, 2> messages{};
        for (mmsghdr& message : messages) {
            message.msg_hdr.msg_iov = &piece;
            message.msg_hdr.msg_iovlen = 1;
        }
        CHECK(::recvmmsg(ends.near, messages.data(), 2, 0, nullptr) == 1);
    });
    CHECK(queued(stranger.near) == 3);
}
