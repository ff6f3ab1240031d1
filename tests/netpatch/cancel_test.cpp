// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a cancellation does to a patched call that waits.
#include <netdb.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <threads.h>

#include "fibers/cancel.hpp"
#include "fibers/fibers.hpp"
#include "fibers/net/resolver.hpp"
#include "fibers/sleep.hpp"
#include "netpatch/fibers_only.hpp"

namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::answer;
using test::Descriptors;
using test::Pair;

// Runs the body as a fiber and cancels it once it waits.
void cancelled_in(const std::function<void()>& body) {
    netpatch::patch_all();
    test::KernelRun loop;
    fibers::kernel::Fiber& fiber = loop.spawn(body);
    loop.spawn([&] {
        test::let_fibers_wait();
        REQUIRE(fiber.state == fibers::kernel::FiberState::parked);
        fibers::kernel::request_cancel(fiber, "enough");
    });
    loop.run();
}

// The call fails with ECANCELED; the CancelledError comes after it, at the end of the body.
template <class Call>
void check_answers(Call call) {
    bool delivered = false;
    cancelled_in([&] {
        CHECK(answer(call) == Answer{-1, ECANCELED});
        try {
            fibers::deliver_answered_cancellation();
        } catch (const fibers::CancelledError& error) {
            delivered = error.message() == "enough";
        }
    });
    CHECK(delivered);
}

}  // namespace

TEST_CASE("a cancelled call fails with ECANCELED, CancelledError follows", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    const int listener = test::tcp_listener(descriptors);
    char byte = 0;
    iovec piece{&byte, 1};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    mmsghdr many{message, 0};
    pollfd look{pair.near, POLLIN, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pair.near, &set);
    const timespec hour{3600, 0};
    check_answers([&] { return ::read(pair.near, &byte, 1); });
    check_answers([&] { return ::readv(pair.near, &piece, 1); });
    check_answers([&] { return ::recv(pair.near, &byte, 1, 0); });
    check_answers([&] { return ::recvfrom(pair.near, &byte, 1, 0, nullptr, nullptr); });
    check_answers([&] { return ::recvmsg(pair.near, &message, 0); });
    check_answers([&] { return ::recvmmsg(pair.near, &many, 1, 0, nullptr); });
    check_answers([&] { return ::accept(listener, nullptr, nullptr); });
    check_answers([&] { return ::accept4(listener, nullptr, nullptr, 0); });
    check_answers([&] { return ::poll(&look, 1, -1); });
    check_answers([&] { return ::ppoll(&look, 1, nullptr, nullptr); });
    check_answers([&] { return ::select(pair.near + 1, &set, nullptr, nullptr, nullptr); });
    check_answers([&] { return ::pselect(pair.near + 1, &set, nullptr, nullptr, nullptr, nullptr); });
    check_answers([&] { return ::nanosleep(&hour, nullptr); });
    check_answers([&] { return ::usleep(900'000'000); });
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    check_answers([&] { return ::read(ends[0], &byte, 1); });
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a cancelled connect or full send fails with ECANCELED, a send under way returns its part",
          "[netpatch]") {
    Descriptors descriptors;
    const int listener = test::tcp_listener(descriptors, 0);
    for (int i = 0; i < 2; ++i) {
        const int filler = descriptors.add(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        test::connect_to(filler, test::address_of(listener));
    }
    const int fd = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
    check_answers([&] { return test::connect_to(fd, test::address_of(listener)); });

    const Pair pair = test::unix_pair(descriptors);
    const std::string bytes(8 << 20, 'x');
    ssize_t sent = 0;
    cancelled_in([&] {
        sent = ::write(pair.near, bytes.data(), bytes.size());
        CHECK(answer([&] { return ::write(pair.near, "x", 1); }) == Answer{-1, ECANCELED});
    });
    CHECK((sent > 0 && sent < static_cast<ssize_t>(bytes.size())));
}

TEST_CASE("sleep returns the seconds left, clock_nanosleep the error and the time left", "[netpatch]") {
    cancelled_in([] { CHECK(::sleep(1000) == 1000); });
    cancelled_in([] {
        const timespec time{1000, 0};
        timespec left{};
        CHECK(::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &left) == ECANCELED);
        CHECK(left.tv_sec >= 900);
    });
    cancelled_in([] {
        const timespec time{1000, 0};
        CHECK(::thrd_sleep(&time, nullptr) < -1);
    });
}

TEST_CASE(
    "once answered, calls that would wait fail at once and the others work, until CancelledError is thrown",
    "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    cancelled_in([&] {
        char byte = 0;
        CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, ECANCELED});
        CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, ECANCELED});
        CHECK(::sleep(5) == 5);
        CHECK(::write(pair.near, "bye", 3) == 3);
        const int copy = ::dup(pair.near);
        CHECK(::close(copy) == 0);
        CHECK_THROWS_AS(fibers::sleep(1h), fibers::CancelledError);
        CHECK(::usleep(1) == 0);
    });
}

TEST_CASE("a cancellation that came before the call answers it", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    test::run_fibers({[&] {
        fibers::kernel::request_cancel(*fibers::kernel::this_fiber, "early");
        char byte = 0;
        CHECK(::write(pair.far, "x", 1) == 1);
        CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{1, 0});
        CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{-1, ECANCELED});
    }});
}

TEST_CASE("shielded calls and joins are not cancelled: the cancellation waits", "[netpatch]") {
    cancelled_in([&] {
        fibers::shielded([&] {
            const timespec brief{0, 20'000'000};
            CHECK(::nanosleep(&brief, nullptr) == 0);
        });
        CHECK(::sleep(7) == 7);
    });
    cancelled_in([&] {
        std::thread thread([] { ::usleep(30'000); });
        thread.join();
        CHECK(::sleep(7) == 7);
    });
}

TEST_CASE("a cancelled lookup is EAI_SYSTEM with ECANCELED", "[netpatch]") {
    // The asked server exists and never answers.
    Descriptors descriptors;
    const int server = descriptors.add(::socket(AF_INET, SOCK_DGRAM, 0));
    REQUIRE(test::bind_to(server, test::loopback()) == 0);
    const auto before = fibers::net::resolver_options();
    auto options = before;
    options.servers = "127.0.0.1:" + std::to_string(ntohs(test::address_of(server).sin_port));
    fibers::net::set_resolver_options(options);
    cancelled_in([] {
        addrinfo* found = nullptr;
        errno = 0;
        CHECK(::getaddrinfo("nowhere.example", "80", nullptr, &found) == EAI_SYSTEM);
        CHECK(errno == ECANCELED);
    });
    fibers::net::set_resolver_options(before);
}

TEST_CASE("timeout around C code that waits ends in TimeoutError, and the fiber's calls work again",
          "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    test::JumpingClock clock;
    fibers::RunOptions options;
    options.clock = &clock;
    fibers::run(
        [&] {
            char byte = 0;
            Answer first{};
            Answer second{};
            const auto c_code = [&] {
                first = answer([&] { return ::read(pair.near, &byte, 1); });
                second = answer([&] { return ::read(pair.near, &byte, 1); });
                return 5;
            };
            CHECK_THROWS_AS(fibers::timeout(10ms, c_code), fibers::TimeoutError);
            CHECK(first == Answer{-1, ECANCELED});
            CHECK(second == Answer{-1, ECANCELED});
            CHECK(::write(pair.far, "x", 1) == 1);
            CHECK(answer([&] { return ::read(pair.near, &byte, 1); }) == Answer{1, 0});
        },
        options);
}

TEST_CASE("a cancelled task of C code ends as cancelled, whatever it returned", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    netpatch::patch_all();
    fibers::run([&] {
        auto task = fibers::create_task([&] {
            char byte = 0;
            return ::read(pair.near, &byte, 1);
        });
        fibers::yield();
        task.cancel("stop");
        CHECK_THROWS_AS(task.get(), fibers::CancelledError);
        CHECK(task.cancelled());
    });
}
