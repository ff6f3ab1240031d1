// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <event2/event.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "fibers/error.hpp"
#include "fibers/io.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/event.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::EventMethod;
using fibers::get_running_loop;

namespace {

using Base = std::unique_ptr<event_base, void (*)(event_base*)>;

Base make_base() {
    return {event_base_new(), &event_base_free};
}

/// A timer of the application's, on its own base.
class AppTimer {
public:
    AppTimer(event_base* base, int milliseconds, std::function<void()> f) : f_(std::move(f)) {
        event_ = evtimer_new(
            base, [](evutil_socket_t, short, void* self) { static_cast<AppTimer*>(self)->f_(); }, this);
        const timeval when{0, milliseconds * 1000};
        evtimer_add(event_, &when);
    }
    ~AppTimer() { event_free(event_); }
    AppTimer(const AppTimer&) = delete;
    AppTimer& operator=(const AppTimer&) = delete;

private:
    std::function<void()> f_;
    event* event_;
};

/// A byte goes through a socket pair, with a wait before it.
void talk() {
    std::array<int, 2> fds{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0);
    auto reader = fibers::create_task([&] {
        fibers::wait_readable(fds[1]);
        char c = 0;
        CHECK(::read(fds[1], &c, 1) == 1);
        return c;
    });
    fibers::sleep(2ms);
    CHECK(::write(fds[0], "x", 1) == 1);
    CHECK(reader.get() == 'x');
    for (const int fd : fds) ::close(fd);
}

}  // namespace

TEST_CASE("RunOptions::method: fibers wait for descriptors and time by every method of libevent") {
    for (const auto method : {EventMethod::any, EventMethod::epoll, EventMethod::poll, EventMethod::select}) {
        fibers::run([] { talk(); }, {.method = method});
    }
}

TEST_CASE(
    "RunOptions::method: it is the one that was asked for, one that is not to be had is a clear error") {
    const auto edges = [](EventMethod method) {
        return fibers::run([] { return fibers::kernel::this_scheduler->poller().edge_triggered(); },
                           {.method = method});
    };
    CHECK(edges(EventMethod::epoll));
    CHECK_FALSE(edges(EventMethod::poll));
    CHECK_FALSE(edges(EventMethod::select));
    ::setenv("EVENT_NOEPOLL", "1", 1);
    CHECK_THROWS_WITH(
        fibers::run([] {}, {.method = EventMethod::epoll}),
        Catch::StartsWith("libevent cannot poll by 'epoll' here") && Catch::Contains("EVENT_NOEPOLL"));
    CHECK_FALSE(edges(EventMethod::any));
    ::unsetenv("EVENT_NOEPOLL");
}

TEST_CASE("a loop on the application's event_base: its events fire while fibers run, and ours on its base") {
    const Base base = make_base();
    std::string log;
    fibers::run(
        [&] {
            fibers::Event fired;
            const AppTimer timer(base.get(), 5, [&] {
                log += "timer ";
                CHECK(get_running_loop().is_running());
                fibers::create_task([&] { log += "its task "; });
                fired.set();
            });
            // All fibers wait, and only the application's event can end that: no deadlock.
            fired.wait();
            fibers::yield();
            talk();
            log += "done";
        },
        {.base = base.get()});
    CHECK(log == "timer its task done");
}

TEST_CASE("a loop on the application's event_base: it fires while fibers are ready without end") {
    const Base base = make_base();
    bool fired = false;
    fibers::run(
        [&] {
            const AppTimer timer(base.get(), 1, [&] { fired = true; });
            while (!fired) fibers::yield();
        },
        {.base = base.get()});
    CHECK(fired);
}

TEST_CASE("a loop on the application's event_base: the base lives on, with its events, for the next") {
    const Base base = make_base();
    int fired = 0;
    AppTimer late(base.get(), 20, [&] { ++fired; });
    for (int i = 0; i < 2; ++i) fibers::run([] { talk(); }, {.base = base.get()});
    CHECK(event_base_get_num_events(base.get(), EVENT_BASE_COUNT_ADDED) == (fired == 0 ? 1 : 0));
    if (fired == 0) event_base_dispatch(base.get());  // the application's own, after us
    CHECK(fired == 1);
}
