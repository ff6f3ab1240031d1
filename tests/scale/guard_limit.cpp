// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Where guards are made by mprotect each takes a mapping, and vm.max_map_count ends it near 32,000 fibers.
// Then create_task says so, what to raise and how; every fiber keeps its guard; and the process goes on to
// work. To be started with FIBERS_STACK_GUARD=mprotect; ends with 1 if any of that does not hold.
#include <cstdio>
#include <cstring>
#include <exception>
#include <fibers/fibers.hpp>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "memory.hpp"

namespace {

constexpr std::size_t default_stack = 256 * 1024;

int failures = 0;

void expect(bool holds, const char* what) {
    std::printf("%s: %s\n", holds ? "holds" : "FAILS", what);
    if (!holds) ++failures;
}

std::size_t max_map_count() {
    std::size_t count = 0;
    std::ifstream("/proc/sys/vm/max_map_count") >> count;
    return count;
}

/// Fibers that wait until they are let go.
struct Crowd {
    fibers::Event go_on;
    std::vector<const void*> stacks;
    std::size_t parked = 0;

    void add_one() {
        fibers::create_task([this] {
            stacks.push_back(__builtin_frame_address(0));
            ++parked;
            go_on.wait();
            --parked;
        });
    }
    /// Adds fibers until that throws; returns what it said, or nothing if `most` were made.
    std::string add_until_refused(std::size_t most) {
        try {
            for (std::size_t i = 0; i < most; ++i) add_one();
        } catch (const std::exception& error) {
            return error.what();
        }
        return {};
    }
    [[nodiscard]] bool all_guarded() const {
        for (const void* place : stacks) {
            if (!scale::guarded_below(place, default_stack + 16 * 1024)) return false;
        }
        return true;
    }
};

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

bool thread_starts() {
    int answer = 0;
    std::thread([&answer] { answer = 42; }).join();
    return answer == 42;
}

void reach_the_limit() {
    const std::size_t most = max_map_count();
    Crowd crowd;
    crowd.stacks.reserve(most);
    const std::string error = crowd.add_until_refused(most);
    for (int i = 0; i < 3; ++i) fibers::yield();
    std::printf("fibers %zu\nerror %s\n", crowd.parked, error.c_str());

    expect(!error.empty(), "create_task refuses before the kernel does worse");
    expect(contains(error, "vm.max_map_count"), "the error names vm.max_map_count");
    expect(contains(error, "sysctl"), "the error has the sysctl line");
    expect(crowd.parked > most * 2 / 5 && crowd.parked <= most / 2, "about half as many fibers as mappings");
    expect(crowd.all_guarded(), "every fiber has its guard");
    expect(scale::Memory::now().mappings < most, "some mappings are left for others");
    expect(thread_starts(), "a thread still starts");

    crowd.go_on.set();
    while (crowd.parked > 0) fibers::yield();
    const int sum =
        fibers::create_task([] { return 20; }).get() + fibers::create_task([] { return 22; }).get();
    expect(sum == 42, "when fibers have ended, others start");
}

}  // namespace

int main() {
    fibers::run(reach_the_limit);
    return failures == 0 ? 0 : 1;
}
