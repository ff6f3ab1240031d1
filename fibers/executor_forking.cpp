// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_forking.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>
#include <vector>

namespace fibers::detail {
namespace {

constexpr int only_fd = 3;   // behind 0, 1, 2
constexpr int grace = 1000;  // milliseconds that a worker has to end by itself
constexpr std::size_t fd_space = CMSG_SPACE(sizeof(int));

int open_pidfd(pid_t pid) noexcept {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

// Keeps `fd`, as number 3, and 0, 1, 2; nothing else of what the parent had open.
void keep_only(int fd) noexcept {
    if (fd != only_fd) ::dup2(fd, only_fd);
    ::fcntl(only_fd, F_SETFD, FD_CLOEXEC);
    if (::close_range(only_fd + 1, UINT_MAX, 0) == 0) return;
    for (int other = only_fd + 1; other < 65536; ++other) ::close(other);
}

// The terminal's input and Ctrl-C are the parent's.
void leave_the_terminal() noexcept {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::signal(SIGINT, SIG_IGN);
}

class Server {
public:
    Server(pid_t parent, ForkServer::Main main) noexcept
        : parent_(open_pidfd(parent)), self_(::getpid()), main_(main) {
        if (::getppid() != parent) ::_exit(0);  // it died meanwhile
    }

    [[noreturn]] void serve() {
        while (true) {
            std::vector<pollfd> polled{{only_fd, POLLIN, 0}, {parent_.get(), POLLIN, 0}};
            for (const Child& child : children_)
                polled.push_back({child.ended ? -1 : child.death.get(), POLLIN, 0});
            if (::poll(polled.data(), polled.size(), -1) < 0) continue;
            if (polled[1].revents) ::_exit(0);
            for (std::size_t i = 0; i < children_.size(); ++i) {
                if (polled[i + 2].revents) wait_for(children_[i]);
            }
            if (polled[0].revents) answer();
        }
    }

private:
    // A worker.
    struct Child {
        pid_t pid;           // waited for, so never another's, until it was reaped by request
        OwnedFd death;       // its pidfd, or -1
        bool ended = false;  // waited for
        int status = 0;      // with what result
    };

    static void wait_for(Child& child) noexcept {
        while (::waitpid(child.pid, &child.status, 0) < 0 && errno == EINTR) {
        }
        child.ended = true;
    }
    void answer() {
        ForkRequest request;
        OwnedFd fd;
        if (!receive_message(only_fd, request, &fd)) ::_exit(0);
        if (request.kind == ForkRequest::Kind::reap) return reap(request.pid);
        const pid_t pid = ::fork();
        if (pid == 0) work(fd.get());
        if (pid < 0) {
            send_message(only_fd, ForkReply{-1, errno}, -1);
            return;
        }
        children_.push_back({pid, OwnedFd(open_pidfd(pid))});
        send_message(only_fd, ForkReply{pid, 0}, children_.back().death.get());
    }
    void reap(pid_t pid) {
        const auto child = std::ranges::find(children_, pid, &Child::pid);
        if (child == children_.end()) {
            send_message(only_fd, ForkReply{pid, -1}, -1);
            return;
        }
        if (!child->ended) {
            pollfd death{child->death.get(), POLLIN, 0};
            if (death.fd < 0 || ::poll(&death, 1, grace) <= 0) ::kill(pid, SIGKILL);
            wait_for(*child);
        }
        const ForkReply reply{pid, child->status};
        children_.erase(child);
        send_message(only_fd, reply, -1);
    }
    // The new worker. It dies with the server, busy or not.
    [[noreturn]] void work(int fd) noexcept {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != self_) ::_exit(0);
        keep_only(fd);
        main_(only_fd);
        ::_exit(0);
    }

    OwnedFd parent_;
    const pid_t self_;
    const ForkServer::Main main_;
    std::vector<Child> children_;
};

}  // namespace

bool send_bytes(int socket, const void* bytes, std::size_t size, int fd) noexcept {
    iovec part{const_cast<void*>(bytes), size};
    alignas(cmsghdr) char space[fd_space]{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (fd >= 0) {
        message.msg_control = space;
        message.msg_controllen = sizeof space;
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ssize_t sent = 0;
    while ((sent = ::sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
    }
    return sent == static_cast<ssize_t>(size);
}

bool receive_bytes(int socket, void* bytes, std::size_t size, OwnedFd* fd) noexcept {
    iovec part{bytes, size};
    alignas(cmsghdr) char space[fd_space]{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    ssize_t got = 0;
    while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
    }
    const cmsghdr* const header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (header && header->cmsg_type == SCM_RIGHTS) {
        int came = -1;
        std::memcpy(&came, CMSG_DATA(header), sizeof came);
        OwnedFd owned(came);
        if (fd) *fd = std::move(owned);
    }
    return got == static_cast<ssize_t>(size);
}

void run_fork_server(int control, pid_t parent, ForkServer::Main main) noexcept {
    keep_only(control);
    leave_the_terminal();
    Server(parent, main).serve();
}

}  // namespace fibers::detail
