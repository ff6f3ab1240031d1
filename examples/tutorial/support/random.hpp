// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>

namespace tutorial {

/// The numbers that Python's random.Random(seed) gives: the same generator (MT19937), seeded and read as
/// CPython does, so that a program draws the same in both languages.
class Random {
public:
    /// `seed` is a number of at most 32 bits.
    explicit Random(std::uint32_t seed);

    /// Of [low, high], both included: random.randint().
    int randint(int low, int high);

    /// Of `bits` random bits, at most 64: random.getrandbits().
    std::uint64_t getrandbits(int bits);

private:
    std::mt19937 engine_;
};

}  // namespace tutorial
