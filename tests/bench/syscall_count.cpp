// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "syscall_count.hpp"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace bench {
namespace {

// Ignored by default, and yet it stops a traced process: so it wakes the tracer and nobody else.
constexpr int nudge = SIGURG;
constexpr int syscall_stop = SIGTRAP | 0x80;

void check(long result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

void attach(pid_t child) {
    cpu_set_t cpus;
    // Tracer and traced take turns, so they share a core and leave the other to the load.
    if (sched_getaffinity(child, sizeof cpus, &cpus) == 0) sched_setaffinity(0, sizeof cpus, &cpus);
    check(ptrace(PTRACE_SEIZE, child, nullptr, PTRACE_O_TRACESYSGOOD), "ptrace: seize");
    check(ptrace(PTRACE_INTERRUPT, child, nullptr, nullptr), "ptrace: interrupt");
}

void count_entry(pid_t child, std::vector<SyscallCounts>& laps) {
    __ptrace_syscall_info info{};
    check(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info), "ptrace: info");
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
    if (info.entry.nr == next_lap)
        laps.emplace_back();
    else
        ++laps.back()[info.entry.nr];
}

}  // namespace

SyscallCounter::SyscallCounter(pid_t child) : child_(child) {
    std::promise<void> attached;
    auto ready = attached.get_future();
    counts_ = std::async(std::launch::async, [this, &attached] { return trace(attached); });
    ready.wait();
}

SyscallCounter::~SyscallCounter() {
    if (!counts_.valid()) return;
    stopping_ = true;
    kill(child_, nudge);
}

std::vector<SyscallCounts> SyscallCounter::stop() {
    stopping_ = true;
    kill(child_, nudge);
    return counts_.get();
}

std::vector<SyscallCounts> SyscallCounter::trace(std::promise<void>& attached) {
    std::vector<SyscallCounts> laps(1);
    bool announced = false;
    try {
        attach(child_);
        for (;;) {
            int status = 0;
            check(waitpid(child_, &status, __WALL), "ptrace: waitpid");
            if (!WIFSTOPPED(status)) break;  // the child is gone
            const int signal = WSTOPSIG(status);
            const bool event = (status >> 16) != 0;
            if (signal == syscall_stop) count_entry(child_, laps);
            if (stopping_ && signal == nudge) {
                check(ptrace(PTRACE_DETACH, child_, nullptr, nullptr), "ptrace: detach");
                break;
            }
            const bool deliver = !event && signal != syscall_stop && signal != nudge;
            check(ptrace(PTRACE_SYSCALL, child_, nullptr, deliver ? signal : 0), "ptrace: go on");
            if (!announced) attached.set_value();
            announced = true;
        }
    } catch (...) {
        if (!announced) attached.set_value();
        throw;
    }
    return laps;
}

}  // namespace bench
