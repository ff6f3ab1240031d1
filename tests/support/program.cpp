// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/support/program.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>

namespace test {

ProgramResult run_program(const std::string& name, const std::string& environment) {
    const std::string command =
        "exec env " + environment + " '" FIBERS_PROGRAMS_DIR "/program_" + name + "' 2>&1 </dev/null";
    std::FILE* pipe = popen(command.c_str(), "re");
    if (!pipe) throw std::runtime_error("cannot start " + command);
    ProgramResult result;
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) result.output.append(buffer, n);
    const int status = pclose(pipe);
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    return result;
}

}  // namespace test
