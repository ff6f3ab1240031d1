// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_options.hpp"

#include <arpa/inet.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "fibers/kernel/fork.hpp"
#include "fibers/report.hpp"

namespace fibers::net {
namespace {

constexpr std::uint16_t dns_port = 53;

// A whole decimal number from 1 to `most`.
std::optional<int> parse_number(std::string_view text, int most) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
    if (value < 1 || value > most) return std::nullopt;
    return value;
}

std::optional<Host> parse_host(const std::string& text) {
    std::uint8_t bytes[16];
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, text.c_str(), bytes) == 1) return make_host(family, bytes);
    }
    return std::nullopt;
}

// "host", "host:port" or "[host]:port".
std::optional<Server> parse_server(const std::string& text) {
    if (const auto host = parse_host(text)) return Server{*host, dns_port};
    const bool bracketed = text.starts_with('[');
    const auto end = text.find(bracketed ? ']' : ':');
    if (end == std::string::npos) return std::nullopt;
    const auto host = parse_host(bracketed ? text.substr(1, end - 1) : text.substr(0, end));
    const std::string rest = text.substr(bracketed ? end + 1 : end);
    if (!host) return std::nullopt;
    if (rest.empty()) return Server{*host, dns_port};
    const auto port =
        rest.front() == ':' ? parse_number(std::string_view(rest).substr(1), 65535) : std::nullopt;
    if (!port) return std::nullopt;
    return Server{*host, static_cast<std::uint16_t>(*port)};
}

// A variable that is a number of at least 1, or 0.
int number_in_environment(const char* name) {
    const char* const value = std::getenv(name);
    if (!value || !*value) return 0;
    if (const auto number = parse_number(value, 1'000'000)) return *number;
    report(std::string(name) + "='" + value + "' is no number of at least 1: ignored");
    return 0;
}

ResolverMode mode_in_environment() {
    const char* const value = std::getenv("FIBERS_RESOLVER");
    const std::string_view mode = value ? value : "";
    if (mode == "thread") return ResolverMode::thread;
    if (mode == "block") return ResolverMode::block;
    if (!mode.empty() && mode != "cares")
        report("FIBERS_RESOLVER='" + std::string(mode) + "' is none of cares, thread, block: ignored");
    return ResolverMode::cares;
}

ResolverOptions options_in_environment() {
    ResolverOptions options;
    const char* const servers = std::getenv("FIBERS_DNS_SERVERS");
    if (servers && parse_servers(servers)) {
        options.servers = servers;
    } else if (servers) {
        report("FIBERS_DNS_SERVERS='" + std::string(servers) + "' is no list of host[:port]: ignored");
    }
    options.mode = mode_in_environment();
    options.timeout = std::chrono::milliseconds(number_in_environment("FIBERS_DNS_TIMEOUT"));
    options.tries = number_in_environment("FIBERS_DNS_TRIES");
    return options;
}

constinit std::mutex mutex;  // guards the two below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();
std::uint64_t serial = 0;  // how often they were changed

// Made under the mutex, too. Never freed: loops of late threads may still ask.
ResolverOptions& in_force() {
    static auto& options = *new ResolverOptions(options_in_environment());
    return options;
}

std::atomic<std::uint64_t> counts[3];

}  // namespace

std::optional<std::vector<Server>> parse_servers(const std::string& text) {
    std::vector<Server> servers;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        const auto first = part.find_first_not_of(' ');
        if (first == std::string::npos) return std::nullopt;
        const auto server = parse_server(part.substr(first, part.find_last_not_of(' ') - first + 1));
        if (!server) return std::nullopt;
        servers.push_back(*server);
    }
    return servers;
}

ResolverOptions resolver_options() {
    const std::lock_guard lock(mutex);
    return in_force();
}

void set_resolver_options(const ResolverOptions& wanted) {
    if (!parse_servers(wanted.servers)) {
        throw std::invalid_argument("'" + wanted.servers + "' is no list of host[:port]");
    }
    const std::lock_guard lock(mutex);
    in_force() = wanted;
    ++serial;
}

std::uint64_t options_serial() noexcept {
    const std::lock_guard lock(mutex);
    return serial;
}

ResolverMode resolver_mode() noexcept {
    const std::lock_guard lock(mutex);
    return in_force().mode;
}

void count(Answered how) noexcept {
    counts[static_cast<int>(how)].fetch_add(1, std::memory_order_relaxed);
}

ResolverStats resolver_stats() noexcept {
    const auto read = [](Answered how) {
        return counts[static_cast<int>(how)].load(std::memory_order_relaxed);
    };
    return {read(Answered::by_asking), read(Answered::by_hosts), read(Answered::by_number)};
}

}  // namespace fibers::net
