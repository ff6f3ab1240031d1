// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

enum class Better {
    higher,  ///< more of it is faster
    lower,   ///< less of it is cheaper
};

/// One figure of ours beside the same figure of what it is measured against, both from this run.
struct Row {
    std::string name;                        ///< what was measured, parts divided by '/'
    double value;                            ///< ours
    std::string unit;                        ///< of value and reference
    double reference;                        ///< theirs
    Better better;                           ///< which way is good
    std::optional<double> least_ratio = {};  ///< promised: ratio() is at least this
    std::optional<double> most_ratio = {};   ///< promised: ratio() is at most this
    std::optional<double> limit = {};        ///< promised: value is at most this

    /// Ours divided by the reference; 1 when they are equal, were they both 0.
    [[nodiscard]] double ratio() const { return value == reference ? 1 : value / reference; }
    [[nodiscard]] bool kept() const {
        return (!least_ratio || ratio() >= *least_ratio) && (!most_ratio || ratio() <= *most_ratio) &&
               (!limit || value <= *limit);
    }
};

/// How long to measure.
struct Settings {
    int rounds = 5;                                                        ///< of which the median counts
    std::chrono::duration<double> slice = std::chrono::milliseconds(100);  ///< one server's turn under load
    int slices = 10;  ///< turns of each server in a round
};

/// Rows that come out of one measurement.
struct Benchmark {
    std::vector<std::string> names;
    std::function<std::vector<Row>(const Settings&)> measure;
};

/// Every benchmark, in the order of the table.
std::vector<Benchmark> echo_benchmarks(int connections);
std::vector<Benchmark> fiber_benchmarks();
std::vector<Benchmark> memory_benchmarks();
std::vector<Benchmark> dns_benchmarks();

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Runs the two in turns, so that what else the machine does meanwhile falls on both; returns their medians.
template <class Ours, class Theirs>
std::pair<double, double> in_turns(int rounds, Ours ours, Theirs theirs) {
    std::vector<double> our_values;
    std::vector<double> their_values;
    for (int i = 0; i < rounds; ++i) {
        our_values.push_back(ours());
        their_values.push_back(theirs());
    }
    return {median(our_values), median(their_values)};
}

}  // namespace bench
