// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fibers/fibers.hpp>
#include <mutex>
#include <optional>

#include "error.hpp"

namespace http {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kRemembered{10};

std::string to_text(const addrinfo& address) {
    char text[NI_MAXHOST];
    const int error =
        ::getnameinfo(address.ai_addr, address.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    return error == 0 ? text : "";
}

// `os_error` says more if getaddrinfo() says EAI_SYSTEM.
ClientConnectorDNSError failure_of(int error, int os_error, const std::string& host) {
    const bool unknown = error == EAI_NONAME || error == EAI_NODATA;
    const std::string reason = error == EAI_SYSTEM ? std::strerror(os_error) : ::gai_strerror(error);
    const std::string advice = unknown
                                   ? "look whether the name is right"
                                   : "the name server is at fault: ask again, and look into /etc/resolv.conf";
    return {host + ": " + reason + "; " + advice, error == EAI_SYSTEM ? os_error : 0, error};
}

std::string look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (error != 0) throw failure_of(error, errno, host);
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
    std::optional<ClientConnectorDNSError> failure;
};

Names::Names(std::map<std::string, std::string> given) : given_(std::move(given)) {}

Names::~Names() = default;

std::string Names::addresses(const std::string& host, const std::string& port) {
    if (const auto given = given_.find(host + ":" + port); given != given_.end()) return given->second;
    auto& known = entries_[host];
    if (!known) known = std::make_shared<Entry>();
    const auto entry = known;
    const auto asked_at = Clock::now();
    const std::unique_lock turn(entry->lock);
    const bool is_answered = entry->answered_at >= asked_at;
    const bool is_fresh = !entry->failure && entry->answered_at + kRemembered > asked_at;
    if (!is_answered && !is_fresh) {
        entry->failure.reset();
        try {
            entry->addresses = look_up(host);
        } catch (const ClientConnectorDNSError& failure) {
            fibers::deliver_answered_cancellation();  // who is cancelled knows nothing of the name
            entry->failure = failure;
        }
        entry->answered_at = Clock::now();
    }
    if (entry->failure) throw *entry->failure;
    return entry->addresses;
}

}  // namespace http
