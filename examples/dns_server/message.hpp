// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dns_server {

/// How a question ended: RFC 1035's response codes, those that we use.
enum class ResponseCode : std::uint8_t {
    no_error = 0,         ///< The name is known; there may be no record of the wanted type all the same.
    server_failure = 2,   ///< The server could not find out.
    name_error = 3,       ///< There is no such name.
    not_implemented = 4,  ///< Not a question we understand.
};

/// A question as it came over the wire.
struct Question {
    std::string message;  ///< The head and the question, to be repeated in the answer; nothing behind them.
    std::string name;     ///< The name asked for, dotted, without the last dot.
    std::uint16_t type = 0;   ///< 1 for A, 28 for AAAA.
    bool understood = false;  ///< A standard query for one name of class IN.
};

inline constexpr std::uint16_t kTypeA = 1;

/// Reads a datagram; nothing when it is not even the head of a question.
std::optional<Question> parse_question(std::string_view datagram);

/// The answer to send: with `address` as its only record, or without any.
std::string make_answer(const Question& question, ResponseCode code, const in_addr* address);

}  // namespace dns_server
