// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The fork server: a copy of this process as it was when an executor was made, which does nothing but fork.
// So its children, the workers, are never forked from a process with threads and loops in mid-action.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <string>
#include <utility>

namespace fibers::detail {

// A descriptor with an owner.
class OwnedFd {
public:
    OwnedFd() = default;
    explicit OwnedFd(int fd) noexcept : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    OwnedFd& operator=(OwnedFd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~OwnedFd() { reset(); }
    void reset() noexcept;
    int get() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

// Two ends of a socket of that type, closed on exec. Throws ResourceError.
std::pair<OwnedFd, OwnedFd> socket_pair(int type);

// A worker, as the server's parent knows it.
struct ForkedWorker {
    pid_t pid = -1;
    OwnedFd death;  // a pidfd: readable once it has ended; -1 if the kernel has none
};

// The parent's end of a fork server.
class ForkServer {
public:
    // What a worker does with its only descriptor beside 0, 1, 2. It never returns.
    using Main = void (*)(int fd);

    // Forks the server; its main thread has a stack of a thread's size, also if made in a fiber. Throws
    // ResourceError. Reports if this process has other threads.
    explicit ForkServer(Main main);
    // Ends the server and waits for it; workers that live are killed.
    ~ForkServer();
    ForkServer(const ForkServer&) = delete;
    ForkServer& operator=(const ForkServer&) = delete;

    // A new worker that runs main(its copy of `fd`). Blocks for as long as a fork takes. Throws
    // BrokenProcessPool if the server is gone, ResourceError if it can fork no more. Any thread.
    ForkedWorker fork_worker(int fd);
    // Gives a worker a second to end, then kills it. Returns how it ended, as waitpid has it; -1 if nobody
    // knows. Any thread.
    int reap(pid_t worker) noexcept;

private:
    void start(Main main, OwnedFd servers_end);

    std::mutex mutex_;  // one request at a time
    OwnedFd control_;
    pid_t pid_ = -1;
};

// How a process ended, in words: "killed by signal 11 (Segmentation fault)".
std::string describe_end(int status);

}  // namespace fibers::detail
