// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace bench {
namespace {

[[noreturn]] void become(const std::string& program, int output) {
    dup2(output, STDOUT_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to(cores().server);
    execl(program.c_str(), program.c_str(), nullptr);
    _exit(127);
}

std::uint16_t read_port(int fd, const std::string& program) {
    std::array<char, 16> text{};
    const ssize_t size = read(fd, text.data(), text.size() - 1);
    const int port = size > 0 ? std::atoi(text.data()) : 0;
    if (port <= 0) throw std::runtime_error(program + " printed no port");
    return static_cast<std::uint16_t>(port);
}

}  // namespace

Cores cores() {
    static const Cores chosen = [] {
        cpu_set_t allowed;
        std::vector<int> list;
        if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
            for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
                if (CPU_ISSET(cpu, &allowed)) list.push_back(cpu);
            }
        }
        return list.empty() ? Cores{0, 0} : Cores{list.front(), list.back()};
    }();
    return chosen;
}

void pin_to(int core) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(core, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
}

Server::Server(const std::string& program) : pid_(-1), port_(0) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) < 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const std::string path = sibling(program);
    cores();  // chosen before the child is pinned
    pid_ = fork();
    if (pid_ == 0) become(path, ends[1]);
    close(ends[1]);
    try {
        port_ = read_port(ends[0], path);
    } catch (...) {
        close(ends[0]);
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        throw;
    }
    close(ends[0]);
}

Server::~Server() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

std::chrono::duration<double> Server::cpu_time() const {
    std::ifstream schedstat("/proc/" + std::to_string(pid_) + "/schedstat");
    std::int64_t on_cpu = 0;
    schedstat >> on_cpu;
    return std::chrono::nanoseconds(on_cpu);
}

std::string sibling(const std::string& program) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

}  // namespace bench
