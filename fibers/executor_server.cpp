// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/executor_forking.hpp"
#include "fibers/executor_remote.hpp"
#include "fibers/executor_straight.hpp"
#include "fibers/kernel/sanitizer.hpp"
#include "fibers/report.hpp"

namespace fibers::detail {
namespace {

// As Python does: what other threads hold locked is locked for ever in a copy of the process.
void warn_of_threads() {
    constexpr unsigned own = kernel::sanitizer::tsan ? 2 : 1;
    struct stat tasks {};
    if (::stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink <= 2 + own) return;
    report(
        "ProcessPoolExecutor: this process has other threads already; what they hold locked just now is "
        "locked "
        "for ever in the workers. Make the executor before the first thread.");
}

// So that no copy writes what this process has not written yet.
void flush_output() {
    std::fflush(stdout);
    std::cout.flush();
}

}  // namespace

void OwnedFd::reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::pair<OwnedFd, OwnedFd> socket_pair(int type) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw ResourceError(std::string("no socket for a worker process: ") + std::strerror(errno) +
                            "; raise 'ulimit -n'");
    }
    return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

ForkServer::ForkServer(Main main) {
    auto [mine, servers] = socket_pair(SOCK_SEQPACKET);
    control_ = std::move(mine);
    warn_of_threads();
    flush_output();
    const Straight straight;
    if (!kernel::this_fiber) {
        start(main, std::move(servers));
        return;
    }
    // The copy shall not live on a fiber's small stack.
    std::exception_ptr error;
    std::thread forks([&, end = std::move(servers)]() mutable {
        try {
            start(main, std::move(end));
        } catch (...) {
            error = std::current_exception();
        }
    });
    forks.join();
    if (error) std::rethrow_exception(error);
}

void ForkServer::start(Main main, OwnedFd servers_end) {
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
        throw ResourceError(std::string("no fork server: ") + std::strerror(errno) + "; raise 'ulimit -u'");
    }
    if (pid_ == 0) run_fork_server(servers_end.get(), parent, main);
}

ForkServer::~ForkServer() {
    if (pid_ < 0) return;
    ::shutdown(control_.get(), SHUT_RDWR);  // a copy of it may be open in another child of ours
    const Straight straight;                // it ends at once
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
}

ForkedWorker ForkServer::fork_worker(int fd) {
    const std::lock_guard lock(mutex_);
    ForkReply reply;
    OwnedFd death;
    if (!send_message(control_.get(), ForkRequest{.kind = ForkRequest::Kind::fork_one}, fd) ||
        !receive_message(control_.get(), reply, &death)) {
        throw BrokenProcessPool("the fork server of this ProcessPoolExecutor has died");
    }
    if (reply.pid < 0) {
        throw ResourceError(std::string("no worker process: ") + std::strerror(reply.value) +
                            "; raise 'ulimit -u'");
    }
    return {reply.pid, std::move(death)};
}

int ForkServer::reap(pid_t worker) noexcept {
    const std::lock_guard lock(mutex_);
    ForkReply reply;
    if (!send_message(control_.get(), ForkRequest{.kind = ForkRequest::Kind::reap, .pid = worker}, -1) ||
        !receive_message(control_.get(), reply, nullptr)) {
        return -1;
    }
    return reply.value;
}

std::string describe_end(int status) {
    if (status == -1) return "gone";
    if (WIFEXITED(status)) return "ended by itself with exit code " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    return "killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

}  // namespace fibers::detail
