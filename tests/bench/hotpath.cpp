// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the hot paths must not do, counted: once warm they allocate nothing, and make no system call but the
// user's own and a poll for each turn of the loop. Ends with 1 if one does.
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <fibers/fibers.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <netpatch/netpatch.hpp>
#include <vector>

#include "malloc_count.hpp"
#include "syscall_count.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t times = 1000;
// A call that keeps succeeding gives way now and then, and a poll interrupted by the tracer is repeated.
constexpr std::uint64_t few = times / 20;

/// Something done over and over, and the only system calls it may make, with how often at most.
struct Path {
    const char* name;
    void (*repeat)(std::uint64_t count);
    std::map<std::uint64_t, std::uint64_t> allowed;
};

/// A pair of connected sockets.
struct Sockets {
    Sockets() { socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()); }
    ~Sockets() {
        close(ends[0]);
        close(ends[1]);
    }
    std::array<int, 2> ends{-1, -1};
};

void yield_among_many(std::uint64_t count) {
    bool stop = false;
    int others = 0;
    for (; others < 99; ++others)
        fibers::create_task([&] {
            while (!stop) fibers::yield();
            --others;
        });
    for (std::uint64_t i = 0; i < count; ++i) fibers::yield();
    stop = true;
    while (others > 0) fibers::yield();
}

void spawn(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) fibers::create_task([] {}).get();
}

void spawn_eagerly(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) fibers::create_task([] {}, {.eager = true}).get();
}

/// Last: from then on this fiber has a context variable, which its tasks inherit.
void spawn_with_variables(std::uint64_t count) {
    static const fibers::ContextVar<int> variable("variable", 0);
    if (variable.get() == 0) variable.set(1);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (fibers::create_task([] { return variable.get(); }).get() != 1) std::abort();
    }
}

void set_time_limits(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) fibers::timeout(1h, [] {});
}

Sockets* pair = nullptr;  // registered once, as every connection is, so made before anything is counted

void read_what_is_there(std::uint64_t count) {
    char byte = 'x';
    for (std::uint64_t i = 0; i < count; ++i) {
        if (write(pair->ends[0], &byte, 1) != 1 || read(pair->ends[1], &byte, 1) != 1) std::abort();
    }
}

void ping_pong(std::uint64_t count) {
    auto echo = fibers::create_task([count] {
        char byte = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            if (read(pair->ends[1], &byte, 1) != 1 || write(pair->ends[1], &byte, 1) != 1) std::abort();
        }
    });
    char byte = 'x';
    for (std::uint64_t i = 0; i < count; ++i) {
        if (write(pair->ends[0], &byte, 1) != 1 || read(pair->ends[0], &byte, 1) != 1) std::abort();
    }
    echo.get();
}

const std::vector<Path>& paths() {
    static const std::vector<Path> all{
        {"yield, 100 fibers", yield_among_many, {{SYS_epoll_wait, times + few}}},
        // At most a look a turn; the task takes one and its maker another. On a fast machine most are saved.
        {"create_task and get", spawn, {{SYS_epoll_wait, 2 * times + few}}},
        {"create_task of an eager one", spawn_eagerly, {{SYS_epoll_wait, few}}},
        {"timeout around what does not wait",
         set_time_limits,
         {{SYS_epoll_wait, few}, {SYS_timerfd_settime, 2}}},
        {"read and write with data there",
         read_what_is_there,
         {{SYS_read, times + few},
          {SYS_write, times + few},
          {SYS_recvfrom, times + few},
          {SYS_sendto, times + few},
          {SYS_epoll_wait, few}}},
        {"read that waits",
         ping_pong,
         // Each reader tries in vain before it waits, once a message.
         {{SYS_read, 4 * times + few},
          {SYS_write, 2 * times + few},
          {SYS_recvfrom, 4 * times + few},
          {SYS_sendto, 2 * times + few},
          {SYS_epoll_wait, 2 * times + few}}},
        {"create_task with a context variable", spawn_with_variables, {{SYS_epoll_wait, 2 * times + few}}},
    };
    return all;
}

/// What the child found out, for the parent to read.
struct Shared {
    std::array<std::uint64_t, 16> mallocs;
};

void walk_all(Shared& shared) {
    Sockets sockets;
    pair = &sockets;
    for (std::size_t i = 0; i < paths().size(); ++i) {
        paths()[i].repeat(100);  // warm
        syscall(bench::next_lap);
        const auto before = bench::mallocs();
        paths()[i].repeat(times);
        shared.mallocs[i] = bench::mallocs() - before;
        syscall(bench::next_lap);
    }
}

[[noreturn]] void be_counted(Shared& shared, int begin, int done) {
    char byte = 0;
    if (read(begin, &byte, 1) != 1) _exit(2);
    netpatch::patch_all();
    fibers::run([&shared] { walk_all(shared); });
    if (write(done, &byte, 1) != 1) _exit(2);
    for (;;) pause();  // the parent ends us: it is still counting
}

int judge(const Path& path, const bench::SyscallCounts& calls, std::uint64_t mallocs) {
    int broken = 0;
    std::printf("%s, %llu times: %llu mallocs", path.name, static_cast<unsigned long long>(times),
                static_cast<unsigned long long>(mallocs));
    if (mallocs > 0) ++broken;
    for (const auto& [number, count] : calls) {
        const auto allowed = path.allowed.find(number);
        const bool good = allowed != path.allowed.end() && count <= allowed->second;
        std::printf(", %llu of call %llu%s", static_cast<unsigned long long>(count),
                    static_cast<unsigned long long>(number), good ? "" : " (TOO MANY)");
        if (!good) ++broken;
    }
    std::printf("%s\n", broken > 0 ? ": BROKEN" : "");
    return broken;
}

}  // namespace

int main() {
    auto* shared = static_cast<Shared*>(
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    std::array<int, 2> begin{}, done{};
    if (shared == MAP_FAILED || pipe(begin.data()) < 0 || pipe(done.data()) < 0) return 2;
    const pid_t child = fork();
    if (child == 0) be_counted(*shared, begin[0], done[1]);
    close(done[1]);

    bench::SyscallCounter counter(child);
    char byte = 'x';
    const bool finished = write(begin[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
    const auto laps = counter.stop();
    kill(child, SIGKILL);
    if (!finished || laps.size() != 2 * paths().size() + 1) {
        std::printf("the program did not come to its end\n");
        return 1;
    }
    int broken = 0;
    for (std::size_t i = 0; i < paths().size(); ++i)
        broken += judge(paths()[i], laps[2 * i + 1], shared->mallocs[i]);
    return broken == 0 ? 0 : 1;
}
