// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <map>
#include <vector>

namespace bench {

/// How often each system call was made, by number (SYS_read, …).
using SyscallCounts = std::map<std::uint64_t, std::uint64_t>;

/// A number that no kernel has a system call for. syscall(next_lap) in the child, harmless, begins its next
/// lap.
inline constexpr long next_lap = 1'000'000;

/// Counts the system calls of a child of ours, with ptrace, from the constructor to stop(), lap by lap.
///
/// The child runs many times slower meanwhile: good for counting, not for timing. A wait it is in at either
/// end is interrupted, which adds a call or two.
class SyscallCounter {
public:
    /// Returns when counting has begun. Throws std::system_error when the kernel does not let us trace.
    explicit SyscallCounter(pid_t child);
    ~SyscallCounter();
    SyscallCounter(const SyscallCounter&) = delete;
    SyscallCounter& operator=(const SyscallCounter&) = delete;

    /// Lets go of the child; returns the counts of each lap, the first up to the first next_lap.
    std::vector<SyscallCounts> stop();

private:
    std::vector<SyscallCounts> trace(std::promise<void>& attached);

    pid_t child_;
    std::atomic<bool> stopping_{false};
    // In a thread of its own: only the thread that attached may trace.
    std::future<std::vector<SyscallCounts>> counts_;
};

}  // namespace bench
