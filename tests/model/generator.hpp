// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "tests/model/tree.hpp"

namespace model {

// The program of this seed; the same on every machine. Combinators are nested to depth 5.
Program generate(std::uint64_t seed, Dialect dialect);

}  // namespace model
