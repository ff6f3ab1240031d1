// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_worker.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "fibers/executor_remote.hpp"
#include "fibers/task/body.hpp"

namespace fibers::detail {
namespace {

// Stands before each message, in both directions.
struct Header {
    std::uint64_t size = 0;       // of what follows
    WorkerEntry entry = nullptr;  // what to do; null in answers
    bool threw = false;           // in answers: what follows is an exception
};

bool send_all(int fd, const void* bytes, std::size_t size) noexcept {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t sent = ::send(fd, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

bool receive_all(int fd, void* bytes, std::size_t size) noexcept {
    char* at = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::recv(fd, at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

// The worker is older than a library that was loaded since.
void check_is_here(WorkerEntry entry) {
    static WorkerEntry last = nullptr;
    Dl_info info;
    if (entry != last && ::dladdr(reinterpret_cast<void*>(entry), &info) == 0) {
        throw std::runtime_error(
            "the worker process does not know this function: its library was loaded after the "
            "ProcessPoolExecutor was made");
    }
    last = entry;
}

Header make_call(WorkerEntry entry, std::string_view arguments, WireWriter& out) {
    try {
        check_is_here(entry);
        WireReader in(arguments);
        entry(in, out);
        return {out.bytes().size(), nullptr, false};
    } catch (...) {
        if (unwinding_by_force()) throw;
        out.clear();
        write_exception(out, std::current_exception());
        return {out.bytes().size(), nullptr, true};
    }
}

}  // namespace

void serve_calls(int fd) {
    const pid_t self = ::getpid();
    Header request;
    while (receive_all(fd, &request, sizeof request)) {
        const auto arguments = std::make_unique_for_overwrite<char[]>(request.size);
        if (!receive_all(fd, arguments.get(), request.size)) break;
        WireWriter out;
        const Header answer = make_call(request.entry, {arguments.get(), request.size}, out);
        if (::getpid() != self) ::_exit(0);  // the call has forked, and this is the child
        std::fflush(stdout);
        std::cout.flush();
        if (!send_all(fd, &answer, sizeof answer) || !send_all(fd, out.bytes().data(), answer.size)) break;
    }
    ::_exit(0);
}

WorkerProcess::WorkerProcess(ForkServer& server) : server_(server) {
    auto [mine, workers] = socket_pair(SOCK_STREAM);
    worker_ = server.fork_worker(workers.get());
    socket_ = std::move(mine);
}

WorkerProcess::~WorkerProcess() {
    if (worker_.pid < 0) return;
    dismiss();
    server_.reap(worker_.pid);
}

void WorkerProcess::dismiss() noexcept {
    ::shutdown(socket_.get(), SHUT_RDWR);
}

bool WorkerProcess::alive() const noexcept {
    // An idle one says nothing: whatever there is to read is its end.
    std::array<pollfd, 2> polled{{{socket_.get(), POLLIN, 0}, {worker_.death.get(), POLLIN, 0}}};
    return ::poll(polled.data(), polled.size(), 0) == 0;
}

// False: it has died, and left nothing to read.
bool WorkerProcess::wait(short events) const noexcept {
    std::array<pollfd, 2> polled{{{socket_.get(), events, 0}, {worker_.death.get(), POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
    }
    return polled[0].revents != 0;
}

void WorkerProcess::send(const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t sent = ::send(socket_.get(), at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR || (errno == EAGAIN && wait(POLLOUT))) continue;
            broken();
        }
        at += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

void WorkerProcess::receive(void* bytes, std::size_t size) {
    char* at = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::recv(socket_.get(), at, size, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || (errno == EAGAIN && wait(POLLIN)))) continue;
        if (got <= 0) broken();
        at += got;
        size -= static_cast<std::size_t>(got);
    }
}

void WorkerProcess::broken() {
    const pid_t pid = std::exchange(worker_.pid, -1);
    const int status = server_.reap(pid);
    throw BrokenProcessPool("the worker process " + std::to_string(pid) +
                            " ended during the call: " + describe_end(status));
}

WorkerReply WorkerProcess::call(WorkerEntry entry, std::string_view arguments) {
    const Header request{arguments.size(), entry, false};
    send(&request, sizeof request);
    send(arguments.data(), arguments.size());
    Header answer;
    receive(&answer, sizeof answer);
    WorkerReply reply{std::make_unique_for_overwrite<char[]>(answer.size), answer.size, answer.threw};
    receive(reply.bytes.get(), reply.size);
    return reply;
}

WorkerSet::~WorkerSet() {
    for (const auto& worker : idle_) worker->dismiss();
    idle_.clear();
}

// One that died while it was idle has failed no call.
std::unique_ptr<WorkerProcess> WorkerSet::take() {
    std::vector<std::unique_ptr<WorkerProcess>> dead;
    {
        const std::lock_guard lock(mutex_);
        while (!idle_.empty()) {
            std::unique_ptr<WorkerProcess> worker = std::move(idle_.back());
            idle_.pop_back();
            if (worker->alive()) return worker;
            dead.push_back(std::move(worker));
        }
    }
    return std::make_unique<WorkerProcess>(server_);
}

WorkerReply WorkerSet::call(WorkerEntry entry, std::string_view arguments) {
    std::unique_ptr<WorkerProcess> worker = take();
    WorkerReply reply = worker->call(entry, arguments);
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(worker));
    }
    if (reply.threw) {
        WireReader in(reply.view());
        std::rethrow_exception(read_exception(in));
    }
    return reply;
}

}  // namespace fibers::detail
