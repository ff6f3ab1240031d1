// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One question to the name servers, and the fiber that waits for its answer.
#pragma once

#include <list>
#include <optional>
#include <string>

#include "fibers/kernel/park.hpp"
#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

class Channel;
struct Query;

// What is asked.
struct Question {
    std::string name;          // whose addresses are asked for
    int family = AF_UNSPEC;    // of the addresses
    std::optional<Host> host;  // whose name is asked for instead
};

// The asking fiber's wait, on its stack.
class Asker final : public kernel::Wait {
public:
    Asker(Channel& channel, const Question& question, kernel::OnCancel on_cancel) noexcept
        : Wait("an answer from a name server", on_cancel), channel_(channel), question_(question) {}

    std::string describe() const override;

    HostList answer;         // set before the fiber is made ready
    Query* query = nullptr;  // set while it is asked

private:
    void unlink() noexcept override;

    Channel& channel_;
    const Question& question_;
};

// A question on its way. Belongs to the channel; may outlive its asker.
struct Query : kernel::Runnable {
    Query(Channel& its_channel, const Question& asked, Asker& its_asker,
          void (*begin)(kernel::Runnable&) noexcept)
        : Runnable(begin), channel(its_channel), question(asked), asker(&its_asker) {}

    Channel& channel;                 // whose it is
    Question question;                // what is asked
    Asker* asker;                     // who waits; null once it does so no longer
    std::list<Query>::iterator self;  // its place in the channel's list
};

// Asks the name servers and waits. Suspends; notices cancellation: `answers` gives EAI_SYSTEM with ECANCELED.
// Throws CancelledError (`throws`), std::bad_alloc. A name that was asked for is the answer's canonical_name.
HostList ask_servers(const Question& question, kernel::OnCancel on_cancel);

}  // namespace fibers::net
