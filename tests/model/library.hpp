// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/model/tree.hpp"

namespace model {

// What the library makes of a program, on virtual time.
Trace run_by_library(const Program& program);

}  // namespace model
