// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "random.hpp"

#include <array>
#include <bit>
#include <sstream>

namespace tutorial {

namespace {

constexpr std::uint32_t kSize = std::mt19937::state_size;
using State = std::array<std::uint32_t, kSize>;

// MT19937's own "init_by_array" for a key of one number, which is how CPython seeds. The standard's engines
// know only the seeding by one number and by seed_seq, which are others.
State seeded(std::uint32_t key) {
    State state{};
    state[0] = 19650218U;
    const auto mixed = [&](std::uint32_t i, std::uint32_t factor) {
        return state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * factor);
    };
    for (std::uint32_t i = 1; i < kSize; ++i) {
        state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
    }
    std::uint32_t i = 1;
    const auto go_on = [&] {
        if (++i < kSize) return;
        state[0] = state[kSize - 1];
        i = 1;
    };
    for (std::uint32_t k = kSize; k > 0; --k, go_on()) state[i] = mixed(i, 1664525U) + key;
    for (std::uint32_t k = kSize - 1; k > 0; --k, go_on()) state[i] = mixed(i, 1566083941U) - i;
    state[0] = 0x80000000U;
    return state;
}

}  // namespace

// The engine's state can be set only as the text that operator<< makes: the words and the position among
// them.
Random::Random(std::uint32_t seed) {
    std::stringstream text;
    for (const std::uint32_t word : seeded(seed)) text << word << ' ';
    text << kSize;
    text >> engine_;
}

int Random::randint(int low, int high) {
    const auto count = static_cast<std::uint64_t>(high - low) + 1;
    std::uint64_t drawn;
    do {
        drawn = getrandbits(static_cast<int>(std::bit_width(count)));
    } while (drawn >= count);
    return low + static_cast<int>(drawn);
}

std::uint64_t Random::getrandbits(int bits) {
    std::uint64_t value = 0;
    for (int filled = 0; filled < bits; filled += 32) {
        const int wanted = bits - filled < 32 ? bits - filled : 32;
        value |= (std::uint64_t{engine_()} >> (32 - wanted)) << filled;
    }
    return value;
}

}  // namespace tutorial
