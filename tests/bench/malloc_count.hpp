// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace bench {

/// How often this process asked malloc and its kin (so operator new too) for memory: linking malloc_count.cpp
/// puts them before libc's. For one thread.
std::uint64_t mallocs();

}  // namespace bench
