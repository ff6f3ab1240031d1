// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a waiting fiber takes, page tables included, beside one bare page per fiber.
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "row.hpp"
#include "server.hpp"

namespace bench {
namespace {

constexpr double most_bytes = 5.5 * 1024;

/// The first line that `command` prints is "bytes_each <number>".
double bytes_each(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
    double bytes = 0;
    if (!output || std::fscanf(output.get(), "bytes_each %lf", &bytes) != 1)
        throw std::runtime_error("no figure from: " + command);
    std::array<char, 256> rest;
    while (std::fgets(rest.data(), rest.size(), output.get())) continue;
    return bytes;
}

std::vector<Row> measure_parked(const std::string& name, int fibers) {
    const std::string command = "'" + sibling("../scale/parked") + "' " + std::to_string(fibers);
    return {{.name = name,
             .value = bytes_each(command),
             .unit = "bytes",
             .reference = bytes_each(command + " --bare"),
             .better = Better::lower,
             .limit = most_bytes}};
}

}  // namespace

std::vector<Benchmark> memory_benchmarks() {
    constexpr int fibers = 200'000;
    const std::string name = "parked/" + std::to_string(fibers);
    return {{{name}, [name](const Settings&) { return measure_parked(name, fibers); }}};
}

}  // namespace bench
