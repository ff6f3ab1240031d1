// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same bodies run twice: in plain threads, where every call is the kernel's own, and in fibers of one
// loop, where it is ours. What the calls returned must be the same.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "netpatch/netpatch.hpp"
#include "support/kernel_run.hpp"

namespace test {

// What one body saw: a line for each call.
class Trace {
public:
    // Notes what a call returned, and errno if that is -1. Gives the result back.
    template <class Result>
    Result note(const char* call, Result result) {
        const int error = errno;
        std::string line = std::string(call) + " = " + std::to_string(result);
        if (std::is_signed_v<Result> && result == static_cast<Result>(-1))
            line += std::string(" ") + strerrorname_np(error);
        lines_.push_back(std::move(line));
        errno = error;
        return result;
    }
    [[gnu::noinline]] void note_bytes(const void* bytes, std::size_t size) {
        lines_.emplace_back("bytes ");
        lines_.back().append(static_cast<const char*>(bytes), size);
    }
    void note_text(const std::string& text) { lines_.push_back(text); }
    const std::vector<std::string>& lines() const { return lines_; }

private:
    std::vector<std::string> lines_;
};

using Party = std::function<void(Trace&)>;
using Traces = std::vector<std::vector<std::string>>;

// Descriptors closed when the scene is over, whatever happened.
class Descriptors {
public:
    ~Descriptors() {
        for (const int fd : fds_) ::close(fd);
    }
    int add(int fd) {
        REQUIRE(fd >= 0);
        fds_.push_back(fd);
        return fd;
    }

private:
    std::vector<int> fds_;
};

// A number that is not open, and that nothing takes soon: whoever started the tests may have left any number
// open to them.
inline int closed_number() {
    const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 900);
    ::close(fd);
    return fd;
}

// Makes what the parties share (in `descriptors`) and returns them; called anew for each run.
using Scene = std::function<std::vector<Party>(Descriptors& descriptors)>;

inline Traces lines_of(const std::vector<Trace>& traces) {
    Traces all;
    for (const Trace& trace : traces) all.push_back(trace.lines());
    return all;
}

inline Traces run_in_threads(const Scene& scene) {
    Descriptors descriptors;
    const auto parties = scene(descriptors);
    std::vector<Trace> traces(parties.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < parties.size(); ++i) {
        threads.emplace_back([&, i] { parties[i](traces[i]); });
    }
    for (std::thread& thread : threads) thread.join();
    return lines_of(traces);
}

inline Traces run_in_fibers(const Scene& scene) {
    netpatch::patch_all();
    Descriptors descriptors;
    const auto parties = scene(descriptors);
    std::vector<Trace> traces(parties.size());
    KernelRun loop;
    for (std::size_t i = 0; i < parties.size(); ++i) {
        loop.spawn([&, i] { parties[i](traces[i]); });
    }
    loop.run();
    return lines_of(traces);
}

// The promise of every patched call: threads and fibers see the same.
inline void check_same(const Scene& scene) {
    const Traces expected = run_in_threads(scene);
    CHECK(run_in_fibers(scene) == expected);
}

// Whether every other thread of the process sleeps in the kernel.
inline bool all_others_sleep() {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        if (task.path().filename() == std::to_string(::gettid())) continue;
        std::ifstream file(task.path() / "stat");
        std::string stat;
        std::getline(file, stat);
        const auto end_of_name = stat.rfind(')');
        if (end_of_name != std::string::npos && stat[end_of_name + 2] != 'S') return false;
    }
    return true;
}

// Lets the other parties get into their calls first: the order of a scene. On a busy machine threads need
// longer than any fixed time; fibers run until they wait anyhow.
inline void let_others_wait() {
    ::usleep(30'000);
    if (fibers::kernel::this_fiber) return;
    for (int seen = 0; seen < 3;) {
        seen = all_others_sleep() ? seen + 1 : 0;
        ::usleep(1'000);
    }
}

}  // namespace test
