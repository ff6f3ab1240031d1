// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// fork() inside a fiber: the child runs none of its parent's fibers and leaves their loop alone.
#include <sys/wait.h>

#include <csignal>

#include "netpatch/fibers_only.hpp"

namespace {

using test::Answer;
using test::answer;
using test::Descriptors;
using test::Pair;

std::string read_some(int fd, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::read(fd, bytes.data(), size);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

}  // namespace

TEST_CASE("a forked child calls libc, and leaves the parent's registrations alone",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    test::run_fibers({[&] { CHECK(read_some(pair.near, 8) == "child"); },
                      [&] { CHECK(read_some(pair.far, 8) == "parent"); },
                      [&] {
                          test::let_fibers_wait();
                          const pid_t child = ::fork();
                          if (child == 0) {
                              const bool slept = ::usleep(1000) == 0;
                              const bool sent = slept && ::write(pair.far, "child", 5) == 5;
                              ::close(pair.far);
                              ::close(pair.near);
                              ::_exit(sent ? 0 : 1);
                          }
                          REQUIRE(child > 0);
                          test::let_others_wait();
                          CHECK(::write(pair.near, "parent", 6) == 6);
                          int status = -1;
                          CHECK(::waitpid(child, &status, 0) == child);
                          CHECK(status == 0);
                      }});
}

TEST_CASE(
    "a child forked by a signal handler in the midst of a patched call comes out of it as out of libc's",
    "[netpatch]") {
    static pid_t child;
    child = -1;
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const auto before = std::signal(SIGPIPE, [](int) {
        if (child < 0) child = ::fork();
    });
    test::run_fibers({[&] {
                          const std::array<char, 4096> filling{};
                          while (::send(pair.near, filling.data(), filling.size(), MSG_DONTWAIT) > 0) {
                          }
                          const Answer sent = answer([&] { return ::write(pair.near, "x", 1); });
                          if (child == 0) ::_exit(sent == Answer{-1, EPIPE} ? 0 : 1);
                          CHECK(sent == Answer{-1, EPIPE});
                      },
                      [&] {  // to whom the first would pass the baton
                          CHECK(answer([&] { return ::write(pair.near, "y", 1); }) == Answer{-1, EPIPE});
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::close(pair.far);
                      }});
    std::signal(SIGPIPE, before);
    REQUIRE(child > 0);
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
