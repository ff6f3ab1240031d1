// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A hundred getaddrinfo() in a hundred fibers, by a name server that takes 200 ms for each. Prints
// "one <ms> all <ms> gap <ms> threads <number>": one lookup alone, all of them, the longest time that a fiber
// ticking each millisecond had to wait, and the threads of this process meanwhile.
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "fibers/fibers.hpp"
#include "fibers/net/resolver.hpp"
#include "netpatch/netpatch.hpp"
#include "support/name_server.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
constexpr int lookups = 100;
constexpr auto delay = std::chrono::milliseconds(200);

std::string name_of(int i) {
    return "host" + std::to_string(i) + ".test";
}

// Serves in a process of its own until this one ends; returns its address.
std::string start_server() {
    std::array<int, 2> up{};
    std::array<int, 2> down{};
    if (::pipe(up.data()) != 0 || ::pipe(down.data()) != 0) std::abort();
    if (::fork() == 0) {
        ::close(down[1]);
        test::NameServer server;
        for (int i = 0; i < lookups; ++i) {
            server.add(name_of(i), test::Record::a, "10.0.0." + std::to_string(i + 1));
            server.add(name_of(i), test::Record::aaaa, "2001:db8::" + std::to_string(i + 1));
        }
        server.delay(delay);
        const std::string address = server.address();
        char byte = 0;
        if (::write(up[1], address.c_str(), address.size()) > 0) (void)!::read(down[0], &byte, 1);
        ::_exit(0);
    }
    ::close(down[0]);
    std::array<char, 64> address{};
    const ssize_t length = ::read(up[0], address.data(), address.size());
    return {address.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

void look_up(int i) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int eai = ::getaddrinfo(name_of(i).c_str(), "80", &hints, &list);
    if (eai != 0 || !list->ai_next) {
        std::fprintf(stderr, "lookups: %s: %s\n", name_of(i).c_str(), ::gai_strerror(eai));
        std::_Exit(1);
    }
    ::freeaddrinfo(list);
}

template <class Work>
double time_of(Work&& work) {
    const auto begin = Clock::now();
    work();
    return Milliseconds(Clock::now() - begin).count();
}

unsigned long threads() {
    struct stat tasks {};
    return ::stat("/proc/self/task", &tasks) == 0 ? tasks.st_nlink - 2 : 0;
}

}  // namespace

int main() {
    fibers::net::set_resolver_options({.servers = start_server(), .hosts = "/nonexistent"});
    netpatch::patch_all();
    return fibers::run([] {
        const double one = time_of([] { look_up(0); });
        double gap = 0;
        unsigned long most_threads = 0;
        bool over = false;
        auto ticker = fibers::create_task([&] {
            while (!over) {
                gap = std::max(gap, time_of([] { fibers::sleep(std::chrono::milliseconds(1)); }));
                most_threads = std::max(most_threads, threads());
            }
        });
        const double all = time_of([] {
            std::vector<fibers::Task<void>> tasks;
            for (int i = 0; i < lookups; ++i) tasks.push_back(fibers::create_task([i] { look_up(i); }));
            for (auto& task : tasks) task.get();
        });
        over = true;
        ticker.get();
        std::printf("one %.3f all %.3f gap %.3f threads %lu\n", one, all, gap, most_threads);
        return 0;
    });
}
