// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "summary.hpp"

#include <fmt/core.h>
#include <sys/resource.h>

#include <cerrno>
#include <fibers/net/resolver.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "threads.hpp"

namespace areq {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Summary::Summary() : began_(std::chrono::steady_clock::now()) {}

void Summary::count_page(std::size_t links) noexcept {
    ++pages_;
    links_ += links;
}

void Summary::count_failure(FailureKind kind) {
    ++failures_[kind];
}

std::size_t Summary::failures() const noexcept {
    std::size_t sum = 0;
    for (const auto& [kind, count] : failures_) sum += count;
    return sum;
}

void Summary::finish(const http::ConnectionFigures& connections) {
    connections_ = connections;
    wall_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    cpu_seconds_ = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    peak_kilobytes_ = usage.ru_maxrss;
    names_asked_ = static_cast<std::size_t>(fibers::net::resolver_stats().asked);
    note_threads();
    threads_at_peak_ = threads_at_peak();
}

void Summary::print() const {
    std::string kinds;
    for (const auto& [kind, count] : failures_)
        kinds += fmt::format("{}{} {}", kinds.empty() ? ": " : ", ", name_of(kind), count);
    fmt::print(stderr, "{} pages, {} links, {} errors{}\n", pages_, links_, failures(), kinds);
    fmt::print(stderr,
               "{:.2f} s ({:.1f} pages/s), {:.2f} s of CPU, {:.1f} MB of memory, {} connections (at most {} "
               "at once)\n",
               wall_seconds_, static_cast<double>(pages_) / wall_seconds_, cpu_seconds_,
               static_cast<double>(peak_kilobytes_) / 1024, connections_.opened, connections_.at_peak);
}

void Summary::write_json(const std::string& path) const {
    nlohmann::json errors = nlohmann::json::object();
    for (const auto& [kind, count] : failures_) errors[std::string(name_of(kind))] = count;
    const nlohmann::json json = {
        {"pages", pages_},
        {"links", links_},
        {"errors", errors},
        {"wall_seconds", wall_seconds_},
        {"cpu_seconds", cpu_seconds_},
        {"peak_kilobytes", peak_kilobytes_},
        {"names_asked", names_asked_},
        {"connections_opened", connections_.opened},
        {"connections_at_peak", connections_.at_peak},
        {"threads_at_peak", threads_at_peak_},
    };
    std::ofstream file(path);
    file << json.dump(2) << std::endl;
    if (!file) throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace areq
