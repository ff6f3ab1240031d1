// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "memory.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

namespace scale {
namespace {

// A guard is 64 KiB: steps of a quarter of that cannot miss it.
constexpr std::size_t step = 16 * 1024;
constexpr std::size_t most_steps = 64;

std::size_t status_field(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == name + ":") {
            std::size_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes * 1024;
        }
        status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    throw std::runtime_error("/proc/self/status has no " + name);
}

}  // namespace

Memory Memory::now() {
    std::ifstream maps("/proc/self/maps");
    const auto lines = std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
    return {status_field("VmRSS"), status_field("VmPTE"), status_field("VmSize"),
            static_cast<std::size_t>(lines)};
}

bool guarded_below(const void* address, std::size_t distance) {
    const std::size_t count = std::min(distance / step, most_steps);
    std::array<char, most_steps> bytes;
    std::array<iovec, most_steps> places;
    for (std::size_t i = 0; i < count; ++i) {
        auto* place = const_cast<char*>(static_cast<const char*>(address)) - (i + 1) * step;
        places[i] = {place, 1};
    }
    const iovec here{bytes.data(), count};
    return process_vm_readv(getpid(), &here, 1, places.data(), count, 0) < static_cast<ssize_t>(count);
}

}  // namespace scale
