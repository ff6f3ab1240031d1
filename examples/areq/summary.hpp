// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <http/connector.hpp>
#include <map>
#include <string>

#include "failure.hpp"

namespace areq {

/// Counts what happens and says it at the end.
class Summary {
public:
    Summary();

    void count_page(std::size_t links) noexcept;
    void count_failure(FailureKind kind);

    std::size_t visited() const noexcept { return pages_ + failures(); }
    std::size_t failures() const noexcept;

    /// Takes the figures that are known at the end.
    void finish(const http::ConnectionFigures& connections);

    /// To standard error, for people.
    void print() const;

    /// For programs. Throws std::system_error.
    void write_json(const std::string& path) const;

private:
    std::chrono::steady_clock::time_point began_;
    std::size_t pages_ = 0;
    std::size_t links_ = 0;
    std::map<FailureKind, std::size_t> failures_;
    http::ConnectionFigures connections_;
    double wall_seconds_ = 0;
    double cpu_seconds_ = 0;
    long peak_kilobytes_ = 0;
    std::size_t names_asked_ = 0;
    std::size_t threads_at_peak_ = 0;
};

}  // namespace areq
