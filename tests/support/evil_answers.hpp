// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Answers that a name server never should give, by name: what is asked about "wrong-id-first.evil" comes from
// a liar first, and so on. Each lie is a function of the question alone, so that it is the same for whoever
// asks.
#pragma once

#include <string>
#include <vector>

#include "support/scripted_server.hpp"

namespace test {

// The lie that a good answer becomes when it is damaged at random; the same for the same number.
std::string mutated(const std::string& packet, unsigned number, std::size_t from);
// A good answer to a question: an alias, an address, and the address again by a compressed name.
std::string good_answer(const std::string& question);
// No data, from a server that neither knows nor asks others.
std::string lame_answer(const std::string& question);

// Answers as the name's first label says: one of those below, "prefix-7" (a good answer's first 7 bytes),
// "code-5" (a header that says REFUSED), "data-5" (the same and an address), "fuzz-99" (mutated() behind the
// question), "storm-99" (mutated() anywhere, then a good one), "tcp-storm-99" (a stream that is mutated()),
// or else well. All in "fails.evil" is SERVFAIL; there is nothing outside "evil". For 10.66.0.7 as name of
// "7.0.66.10.in-addr.arpa" the PTR record is the seventh evil one.
Pieces evil_answer(const Incoming& question);

// The labels that are answered, and those on which askers wait in vain.
std::vector<std::string> evil_names();
std::vector<std::string> evil_streams();
std::vector<std::string> evil_silent_names();
std::vector<std::string> evil_silent_streams();
// How many evil PTR records there are.
std::size_t evil_pointers();

}  // namespace test
