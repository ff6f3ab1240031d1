// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace demo {

/// Another program, run by this one. It is killed when this object, or this process, ends before it.
class Child {
public:
    /// What to run and how.
    struct Command {
        std::vector<std::string> arguments;                ///< The program's path and its arguments.
        std::map<std::string, std::string> environment{};  ///< Added to ours.
        std::string error_log{};                           ///< Where its standard error goes; empty: to ours.
    };

    /// Starts it. Throws std::system_error when there is no such program.
    explicit Child(const Command& command);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its standard output, without the line break; empty at its end.
    std::string read_line();

    /// Everything that is left of its standard output. Waits for the end of it.
    std::string read_rest();

    /// Sends a signal.
    void signal(int number) const;

    /// Waits for the program's end: its exit code, or 128 plus the signal that ended it, as in the shell.
    int wait();

private:
    bool fill();

    pid_t pid_ = -1;
    int output_ = -1;
    std::string buffer_;
};

/// The number behind the last colon of a line: our servers print their addresses so. Throws
/// std::runtime_error.
unsigned port_in(const std::string& line);

}  // namespace demo
