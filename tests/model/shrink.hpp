// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "tests/model/tree.hpp"

namespace model {

// The smallest program to be found of which `bad` still holds, by leaving out parts of one of which it does.
Program shrink(Program program, const std::function<bool(const Program&)>& bad);

}  // namespace model
