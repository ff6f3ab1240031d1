// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace scale {

/// What the kernel says this process takes, in bytes, and its number of mappings.
struct Memory {
    std::size_t resident;       ///< pages in memory (VmRSS)
    std::size_t page_tables;    ///< what it takes to find them (VmPTE)
    std::size_t address_space;  ///< addresses spoken for (VmSize)
    std::size_t mappings;       ///< lines of /proc/self/maps, what vm.max_map_count limits

    static Memory now();
    [[nodiscard]] std::size_t taken() const { return resident + page_tables; }
};

/// Whether a guard lies within `distance` bytes below `address`, an address on the stack in question.
///
/// It asks the kernel to read there, which fails on either kind of guard without harm.
bool guarded_below(const void* address, std::size_t distance);

}  // namespace scale
