// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/poller.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>

#include "tests/fibers/io_pair.hpp"

using fibers::kernel::Direction;
using fibers::kernel::FdWaiter;
using fibers::kernel::FdWatch;
using fibers::kernel::Poller;

namespace {

struct Listener : FdWaiter {
    Listener() : FdWaiter([](FdWaiter& self) noexcept { static_cast<Listener&>(self).heard = true; }) {}
    bool heard = false;  // it was notified
};

}  // namespace

TEST_CASE("poller: a forked child that destroys its parent's leaves the parent's registrations alone") {
    auto poller = std::make_unique<Poller>();
    const test::Pair pair;
    FdWatch* const watch = poller->watch(pair.end[0]);
    REQUIRE(watch);
    const pid_t child = ::fork();
    if (child == 0) {
        poller.reset();
        ::_exit(0);
    }
    REQUIRE(child > 0);
    CHECK(::waitpid(child, nullptr, 0) == child);
    Listener listener;
    poller->add(*watch, Direction::read, listener);
    CHECK(::write(pair.end[1], "x", 1) == 1);
    poller->poll(fibers::TimePoint::min());
    CHECK(listener.heard);
    poller->remove(listener);
}
