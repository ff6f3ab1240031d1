// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fibers/fibers.hpp>
#include <mutex>
#include <optional>

#include "failure.hpp"

namespace areq {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kRemembered{10};

std::string to_text(const addrinfo& address) {
    char text[NI_MAXHOST];
    const int error =
        ::getnameinfo(address.ai_addr, address.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    return error == 0 ? text : "";
}

Failure failure_of(int error, const std::string& host) {
    const std::string reason =
        host + ": " + (error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error));
    if (error == EAI_AGAIN) {
        return Failure(FailureKind::name_server, reason).repeat_after(std::chrono::seconds(0));
    }
    const bool unknown = error == EAI_NONAME || error == EAI_NODATA;
    return {unknown ? FailureKind::unknown_host : FailureKind::name_server, reason};
}

std::string look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (error != 0) throw failure_of(error, host);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    std::string result;
    for (const addrinfo* address = list; address != nullptr; address = address->ai_next) {
        const std::string text = to_text(*address);
        if (!text.empty()) result += (result.empty() ? "" : ",") + text;
    }
    return result;
}

}  // namespace

// What is known of a name. The turn makes one ask while the others wait; they then find the answer here, good
// or bad, because it is younger than their question.
struct Names::Entry {
    fibers::Lock lock;
    Clock::time_point answered_at{};
    std::string addresses;
    std::optional<Failure> failure;
};

Names::Names(const Options& options) : given_(options.addresses) {}

Names::~Names() = default;

std::string Names::addresses(const std::string& host, const std::string& port) {
    if (const auto given = given_.find(host + ":" + port); given != given_.end()) return given->second;
    auto& entry = entries_[host];
    if (!entry) entry = std::make_unique<Entry>();
    const auto asked_at = Clock::now();
    const std::unique_lock turn(entry->lock);
    const bool is_answered = entry->answered_at >= asked_at;
    const bool is_fresh = !entry->failure && entry->answered_at + kRemembered > asked_at;
    if (!is_answered && !is_fresh) {
        entry->failure.reset();
        try {
            entry->addresses = look_up(host);
        } catch (const Failure& failure) {
            entry->failure = failure;
        }
        entry->answered_at = Clock::now();
    }
    if (entry->failure) throw *entry->failure;
    return entry->addresses;
}

}  // namespace areq
