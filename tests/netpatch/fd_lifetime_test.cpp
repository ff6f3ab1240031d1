// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The less usual ways to end a descriptor wake its waiters too.
#include <fcntl.h>
#include <sys/syscall.h>

#include <cstdio>
#include <future>
#include <system_error>

#include "fibers/io.hpp"
#include "netpatch/fibers_only.hpp"

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
