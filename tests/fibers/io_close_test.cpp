// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Another thread closes what fibers wait for: the number may be used again before their loop hears of it.
#include <atomic>
#include <optional>
#include <thread>

#include "fibers/io.hpp"
#include "fibers/sleep.hpp"
#include "tests/fibers/io_pair.hpp"
#include "tests/support/kernel_run.hpp"

using namespace std::chrono_literals;
using fibers::wait_readable;
using test::error_of;
using test::Method;
using test::Pair;

TEST_CASE("a close by another thread wakes the waiters, also while the file lives on in a dup") {
    const Method method(GENERATE("epoll", "poll"));
    test::KernelRun loop;
    Pair pair;
    const int number = pair.end[0];
    const int kept = dup(number);
    int code = 0;
    std::thread closer;
    loop.spawn([&] {
        closer = std::thread([&] { pair.close_end(0); });
        code = error_of([&] { wait_readable(number); });
    });
    loop.run();
    closer.join();
    CHECK(code == EBADF);
    // The number's next file hears of its own data only.
    loop.spawn([&] {
        Pair next;
        CHECK((next.end[0] == number || next.end[1] == number));
        const int other = next.end[0] == number ? next.end[1] : next.end[0];
        CHECK_FALSE(wait_readable(number, 1ms));
        CHECK(write(other, "x", 1) == 1);
        CHECK(wait_readable(number));
    });
    loop.run();
    close(kept);
}

TEST_CASE(
    "another thread closes a number and opens it again in one turn of the loop: each file has its own "
    "waiters and events") {
    test::KernelRun loop;
    Pair pair;
    std::optional<Pair> next;
    const int number = pair.end[0];
    const int kept = dup(number);
    int code = 0;
    int woken = 0;
    std::atomic<bool> reopened{false};
    std::thread closer;
    loop.spawn([&] { code = error_of([&] { wait_readable(number); }); });
    loop.spawn([&] {
        closer = std::thread([&] {
            pair.close_end(0);
            next.emplace();
            reopened = true;
            reopened.notify_one();
        });
        reopened.wait(false);  // so the loop does not turn meanwhile
        REQUIRE(next->end[0] == number);
        for (char byte = 0; read(number, &byte, 1) < 0; ++woken) {
            const auto wake = fibers::kernel::wait_fd(number, fibers::kernel::Direction::read, fibers::never,
                                                      fibers::kernel::OnCancel::throws);
            REQUIRE(wake == fibers::kernel::FdWake::ready);
        }
    });
    loop.spawn([&] {
        while (code == 0) fibers::yield();
        CHECK(code == EBADF);
        fibers::sleep(1ms);  // the news of the close may have made it try once more
        const int before = woken;
        CHECK(write(pair.end[1], "to the old file", 15) == 15);
        fibers::sleep(1ms);
        CHECK(woken == before);
        CHECK(write(next->end[1], "x", 1) == 1);
    });
    loop.run();
    closer.join();
    close(kept);
}

TEST_CASE("who begins to wait while another thread closes is told once it has closed") {
    test::KernelRun loop;
    Pair pair;
    const int number = pair.end[0];
    int code = 0;
    std::atomic<int> step{0};
    const auto go_to = [&](int next) {
        step = next;
        step.notify_all();
    };
    std::thread closer([&] {
        fibers::kernel::fd_closing(number);
        go_to(1);
        step.wait(1);
        test::close_in_use(number);
        fibers::kernel::fd_closed(number);
    });
    loop.spawn([&] {
        step.wait(0);
        code = error_of([&] { wait_readable(number); });
    });
    loop.spawn([&] { go_to(2); });
    loop.run();
    closer.join();
    pair.end[0] = -1;
    CHECK(code == EBADF);
}
