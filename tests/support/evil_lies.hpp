// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What evil_answer() tells, one lie a name.
#pragma once

#include <string>
#include <vector>

#include "support/dns_packet.hpp"
#include "support/scripted_server.hpp"

namespace test {

// A question with what it says.
struct Ask : Asked {
    explicit Ask(const std::string& question) : Asked(read_question(question)), packet(question) {}
    std::string packet;
};

// One lie: what it makes of a question.
struct Lie {
    const char* label;  // the first of the name's
    Pieces (*answer)(const Ask& question);
};

// The addresses that answers hold when all is well, and those of somebody else.
std::string good_address(Record type);
std::string bad_address(Record type);
// One record, with the good address or with the bad one.
std::string good(const Ask& question);
std::string bad(const Ask& question);
// A bad answer with one of its sixteen-bit numbers changed.
std::string changed(const Ask& question, std::size_t at, unsigned by);
// A bad answer to a question about another name.
std::string other_name(const Ask& question, unsigned code);
// Two records: the bad one belongs to a name written as it pleases the caller.
Pieces owned(const Ask& question, const std::string& owner);

// Packets by UDP, those about aliases and others; those that are no answers; what goes by TCP behind a
// truncated answer by UDP; and what there keeps the asker waiting.
const std::vector<Lie>& alias_lies();
const std::vector<Lie>& packet_lies();
const std::vector<Lie>& silent_lies();
const std::vector<Lie>& stream_lies();
const std::vector<Lie>& silent_stream_lies();
// An evil PTR record, of so many.
std::string pointer_answer(const Ask& question, std::size_t number);
std::size_t pointer_count();

}  // namespace test
