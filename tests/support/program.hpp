// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Runs one of the programs in tests/programs and takes down what it prints.
#pragma once

#include <string>

namespace test {

// How a program ended.
struct ProgramResult {
    std::string output;  // stdout and stderr, as they came
    int exit_code = -1;  // -1 if a signal ended it
    int signal = 0;      // that ended it, or 0
};

// Starts program_<name> with `environment` (lines "NAME=value") added to ours, and waits for its end.
ProgramResult run_program(const std::string& name, const std::string& environment = {});

}  // namespace test
