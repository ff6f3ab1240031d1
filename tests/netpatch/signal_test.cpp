// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Signals: EINTR for one waiting fiber, handlers that go straight through, and sigaction as the user knows
// it.
#include <poll.h>
#include <sys/time.h>

#include <csetjmp>
#include <csignal>

#include "fibers/io.hpp"
#include "fibers/run.hpp"
#include "netpatch/fibers_only.hpp"

namespace {

using test::Answer;
using test::answer;
using test::Descriptors;
using test::Pair;

volatile std::sig_atomic_t handled = 0;

// Installs a handler while it lives.
class Handling {
public:
    Handling(int number, void (*handler)(int), int flags) : number_(number) {
        netpatch::patch_all();
        handled = 0;
        struct sigaction action {};
        action.sa_handler = handler;
        action.sa_flags = flags;
        REQUIRE(::sigaction(number, &action, &before_) == 0);
    }
    ~Handling() { ::sigaction(number_, &before_, nullptr); }
    Handling(const Handling&) = delete;
    Handling& operator=(const Handling&) = delete;

private:
    int number_;
    struct sigaction before_ {};
};

void count(int) {
    handled = handled + 1;
}

}  // namespace

TEST_CASE("a handler without SA_RESTART ends exactly one waiting call with EINTR, the oldest fiber's",
          "[netpatch][lost-wakeup]") {
    const Handling handling(SIGUSR1, count, 0);
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const Pair other = test::unix_pair(descriptors);
    char byte = 0;
    test::run_fibers({[&] {
                          CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, EINTR});
                      },
                      [&] {
                          pollfd look{other.near, POLLIN, 0};
                          CHECK(answer([&] { return ::poll(&look, 1, -1); }) == Answer{1, 0});
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::raise(SIGUSR1);
                          CHECK(handled == 1);
                          test::let_fibers_wait();
                          ::send(other.far, "x", 1, 0);
                      }});
}

TEST_CASE("a handler without SA_RESTART interrupts calls of C only", "[netpatch][lost-wakeup]") {
    const Handling handling(SIGUSR1, count, 0);
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const Pair other = test::unix_pair(descriptors);
    char byte = 0;
    test::run_fibers({[&] { CHECK(fibers::wait_readable(other.near)); },
                      [&] {
                          CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, EINTR});
                          ::send(other.far, "x", 1, 0);
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::raise(SIGUSR1);
                      }});
}

TEST_CASE("poll, sleep and nanosleep know EINTR, and the time left", "[netpatch]") {
    const Handling handling(SIGUSR1, count, 0);
    const auto interrupted = [](const std::function<void()>& body) {
        test::run_fibers({body, [] {
                              test::let_fibers_wait();
                              ::raise(SIGUSR1);
                          }});
    };
    interrupted([] { CHECK(answer([] { return ::poll(nullptr, 0, -1); }) == Answer{-1, EINTR}); });
    interrupted([] { CHECK(::sleep(1000) == 1000); });
    interrupted([] {
        const timespec time{1000, 0};
        timespec left{};
        CHECK(answer([&] { return ::nanosleep(&time, &left); }) == Answer{-1, EINTR});
        CHECK(left.tv_sec >= 900);
    });
}

TEST_CASE("a handler with SA_RESTART, or of signal(), interrupts nobody", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const auto read_goes_on = [&] {
        char byte = 0;
        test::run_fibers({[&] {
                              CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{1, 0});
                          },
                          [&] {
                              test::let_fibers_wait();
                              ::raise(SIGUSR1);
                              CHECK(handled == 1);
                              test::let_fibers_wait();
                              ::send(pair.far, "x", 1, 0);
                          }});
    };
    {
        const Handling handling(SIGUSR1, count, SA_RESTART);
        read_goes_on();
    }
    const Handling handling(SIGUSR1, SIG_IGN, 0);
    CHECK(std::signal(SIGUSR1, count) == SIG_IGN);
    read_goes_on();
}

TEST_CASE("a signal that comes while the loop polls wakes it", "[netpatch][lost-wakeup]") {
    const Handling handling(SIGALRM, count, 0);
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    char byte = 0;
    test::run_fibers({[&] {
        const itimerval soon{{0, 0}, {0, 10'000}};
        REQUIRE(::setitimer(ITIMER_REAL, &soon, nullptr) == 0);
        CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, EINTR});
        CHECK(handled == 1);
    }});
}

TEST_CASE("sigaction and signal show what the user installed", "[netpatch]") {
    const Handling handling(SIGUSR1, count, SA_NODEFER);
    struct sigaction shown {};
    REQUIRE(::sigaction(SIGUSR1, nullptr, &shown) == 0);
    CHECK(shown.sa_handler == count);
    CHECK((shown.sa_flags & (SA_NODEFER | SA_SIGINFO | SA_RESTART)) == SA_NODEFER);

    struct sigaction with_info {};
    with_info.sa_flags = SA_SIGINFO | SA_RESETHAND;
    with_info.sa_sigaction = [](int number, siginfo_t* info, void*) {
        handled = info->si_signo == number ? 5 : 6;
    };
    REQUIRE(::sigaction(SIGUSR1, &with_info, &shown) == 0);
    CHECK(shown.sa_handler == count);
    REQUIRE(::sigaction(SIGUSR1, nullptr, &shown) == 0);
    CHECK(shown.sa_sigaction == with_info.sa_sigaction);
    CHECK((shown.sa_flags & SA_SIGINFO) != 0);
    ::raise(SIGUSR1);
    CHECK(handled == 5);
    REQUIRE(::sigaction(SIGUSR1, nullptr, &shown) == 0);
    CHECK(shown.sa_handler == SIG_DFL);
    CHECK(std::signal(SIGUSR1, count) == SIG_DFL);
    CHECK(std::signal(SIGUSR1, SIG_IGN) == count);

    CHECK(answer([&] { return ::sigaction(SIGKILL, &with_info, nullptr); }) == Answer{-1, EINVAL});
    CHECK(answer([&] { return ::sigaction(1000, &with_info, nullptr); }) == Answer{-1, EINVAL});
    CHECK(std::signal(1000, count) == SIG_ERR);
}

TEST_CASE("calls in a handler go straight through, and those after it do not, however it was left",
          "[netpatch]") {
    static bool other_ran;
    static sigjmp_buf out;
    other_ran = false;
    const auto handler = [](int) {
        ::usleep(1000);
        handled = other_ran ? 2 : 1;
    };
    const auto leaves = [](int) { ::siglongjmp(out, 1); };
    const Handling handling(SIGUSR1, handler, SA_RESTART);
    const Handling leaving(SIGUSR2, leaves, SA_RESTART);
    test::run_fibers({[&] {
                          ::raise(SIGUSR1);
                          CHECK(handled == 1);
                          if (sigsetjmp(out, 1) == 0) ::raise(SIGUSR2);
                          CHECK_FALSE(other_ran);
                          ::usleep(1000);
                          CHECK(other_ran);
                      },
                      [&] {
                          ::usleep(1);
                          other_ran = true;
                      }});
}

TEST_CASE("a signal that comes when a loop ends leaves the next loop's signals alone", "[netpatch]") {
    const Handling handling(SIGUSR1, count, 0);
    for (int i = 0; i < 3; ++i) fibers::run([] { ::raise(SIGUSR1); });
    test::run_fibers({[&] {
                          CHECK(answer([] { return ::poll(nullptr, 0, 5'000); }) == Answer{-1, EINTR});
                      },
                      [&] { ::raise(SIGUSR1); }});
}
