// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include "fibers/io.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::get_running_loop;
using fibers::Loop;

namespace {

struct Pair {
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0); }
    ~Pair() {
        for (const int fd : fds) ::close(fd);
    }
    void send(const std::string& text) const {
        REQUIRE(::write(fds[0], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    char read_one() const {
        char c = 0;
        return ::read(fds[1], &c, 1) == 1 ? c : '-';
    }
    int fds[2];
};

}  // namespace

TEST_CASE("add_reader: is called again and again while there is something to read, not before, not after") {
    const Pair pair;
    test::virtual_run([&] {
        const Loop loop = get_running_loop();
        std::string got;
        loop.add_reader(pair.fds[1], [&] { got += pair.read_one(); });
        fibers::sleep(1s);
        CHECK(got.empty());
        pair.send("abc");  // one edge, three calls
        fibers::sleep(1s);
        CHECK(got == "abc");
        pair.send("d");
        fibers::sleep(1s);
        CHECK(got == "abcd");
        CHECK(loop.remove_reader(pair.fds[1]));
        CHECK_FALSE(loop.remove_reader(pair.fds[1]));
        pair.send("e");
        fibers::sleep(1s);
        CHECK(got == "abcd");
        loop.add_reader(pair.fds[1], [&] { got += pair.read_one(); });  // what is there already counts
        fibers::sleep(1s);
        CHECK(got == "abcde");
        loop.remove_reader(pair.fds[1]);
    });
}

TEST_CASE("add_reader: a callback that never reads starves nobody, and may remove itself") {
    const Pair pair;
    test::virtual_run([&] {
        const Loop loop = get_running_loop();
        pair.send("x");
        int calls = 0;
        loop.add_reader(pair.fds[1], [&] {
            if (++calls == 5) CHECK(loop.remove_reader(pair.fds[1]));
        });
        fibers::sleep(1s);
        CHECK(calls == 5);
        CHECK(pair.read_one() == 'x');
    });
}

TEST_CASE("add_reader: another one replaces it, add_writer is apart from it") {
    const Pair pair;
    test::virtual_run([&] {
        const Loop loop = get_running_loop();
        std::string log;
        loop.add_reader(pair.fds[1], [&] { log += "old"; });
        loop.add_reader(pair.fds[1], [&] { log += pair.read_one(); });
        loop.add_writer(pair.fds[1], [&] {
            log += "w";
            loop.remove_writer(pair.fds[1]);
        });
        fibers::sleep(1s);
        CHECK(log == "w");
        pair.send("r");
        fibers::sleep(1s);
        CHECK(log == "wr");
        loop.remove_reader(pair.fds[1]);
    });
}

TEST_CASE("add_reader: a loop with nothing but a reader is not deadlocked, a fiber waits beside it") {
    const Pair pair;
    fibers::run([&] {
        fibers::Event event;
        std::string log;
        get_running_loop().add_reader(pair.fds[1], [&] {
            log += pair.read_one();
            get_running_loop().remove_reader(pair.fds[1]);
            event.set();
        });
        auto writes = fibers::create_task([&] { pair.send("a"); });
        event.wait();
        CHECK(log == "a");
    });
}

TEST_CASE("add_reader: a fiber that waits for the same descriptor gets its turn") {
    const Pair pair;
    test::virtual_run([&] {
        const Loop loop = get_running_loop();
        std::string log;
        loop.add_reader(pair.fds[1], [&] {
            if (log.empty()) log += pair.read_one();
        });
        auto waits = fibers::create_task([&] {
            fibers::wait_readable(pair.fds[1]);
            log += "fiber";
            loop.remove_reader(pair.fds[1]);
        });
        fibers::yield();
        pair.send("ab");
        waits.get();
        CHECK(log == "afiber");
    });
}

TEST_CASE("add_reader: what throws is reported, and the next call still comes") {
    const test::Reports reports;
    const Pair pair;
    test::virtual_run([&] {
        pair.send("ab");
        std::string got;
        get_running_loop().add_reader(pair.fds[1], [&] {
            got += pair.read_one();
            throw std::runtime_error("reader broke");
        });
        fibers::sleep(1s);
        CHECK(got == "ab");
        get_running_loop().remove_reader(pair.fds[1]);
    });
    CHECK(reports.messages().size() == 2);
    CHECK(reports.count("Exception in callback for descriptor") == 2);
}

TEST_CASE("add_reader: descriptors that nobody can wait for are refused, the loop's end lets go of readers") {
    const Pair pair;
    const auto held = std::make_shared<int>(0);
    test::virtual_run([&] {
        const Loop loop = get_running_loop();
        CHECK_THROWS_AS(loop.add_reader(-1, [] {}), std::system_error);
        CHECK_THROWS_AS(loop.add_reader(987, [] {}), std::system_error);
        std::FILE* const file = std::tmpfile();
        REQUIRE(file);
        CHECK_THROWS_AS(loop.add_reader(::fileno(file), [] {}), std::system_error);
        std::fclose(file);
        loop.add_reader(pair.fds[1], [held] {});
        CHECK(held.use_count() == 2);
    });
    CHECK(held.use_count() == 1);
}
