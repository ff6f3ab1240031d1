// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace demo {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// In the new process: never returns. A failure to run goes up the pipe as the number of the error.
[[noreturn]] void become(const Child::Command& command, int output, int failure, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // it ended before we asked
    ::dup2(output, STDOUT_FILENO);
    if (!command.error_log.empty()) {
        const int log = ::open(command.error_log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        ::dup2(log, STDERR_FILENO);
    }
    for (const auto& [name, value] : command.environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (const auto& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(failure, &error, sizeof error);
    ::_exit(127);
}

}  // namespace

Child::Child(const Command& command) {
    int output[2];
    int failure[2];
    if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(failure, O_CLOEXEC) != 0) fail("pipe");
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(command, output[1], failure[1], parent);
    ::close(output[1]);
    ::close(failure[1]);
    output_ = output[0];
    int error = pid_ < 0 ? errno : 0;
    if (pid_ > 0 && ::read(failure[0], &error, sizeof error) <= 0) error = 0;  // the pipe closed: it runs
    ::close(failure[0]);
    if (error == 0) return;
    ::close(output_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    errno = error;
    fail(command.arguments[0]);
}

Child::~Child() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        wait();
    }
    ::close(output_);
}

bool Child::fill() {
    char chunk[4096];
    ssize_t count;
    do {
        count = ::read(output_, chunk, sizeof chunk);
    } while (count < 0 && errno == EINTR);
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    return count > 0;
}

std::string Child::read_line() {
    while (buffer_.find('\n') == std::string::npos && fill()) {
    }
    const auto end = buffer_.find('\n');
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end == std::string::npos ? end : end + 1);
    return line;
}

std::string Child::read_rest() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
}

void Child::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

int Child::wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0) {
        if (errno != EINTR) fail("waitpid");
    }
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

unsigned port_in(const std::string& line) {
    const auto colon = line.rfind(':');
    const int port = colon == std::string::npos ? 0 : std::atoi(line.c_str() + colon + 1);
    if (port <= 0) throw std::runtime_error("no port in the line '" + line + "'");
    return static_cast<unsigned>(port);
}

}  // namespace demo
