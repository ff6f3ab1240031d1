// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Packets to the name servers, and the fiber that waits for their answers.
#pragma once

#include <array>
#include <list>
#include <optional>
#include <string>

#include "fibers/kernel/park.hpp"
#include "fibers/net/resolver_config.hpp"
#include "fibers/net/resolver_options.hpp"
#include "fibers/net/resolver_packet.hpp"

namespace fibers::net {

class Channel;
struct Query;
struct Wire;

// What is asked: one packet, or two at once (A and AAAA).
struct Question {
    std::string subject;            // what it is about, for reports
    std::array<Packet, 2> packets;  // an empty one is not sent
    const NameConfig& config;       // whom to ask, and how
    bool edns0 = false;             // the packets offer EDNS; a server that knows none is asked without
};

// How asking one packet ended.
enum class ReplyKind : std::uint8_t {
    answered,   // with a packet
    nobody,     // no server is there: all refuse the connection
    silent,     // no answer within the time
    failed,     // the last word was SERVFAIL
    rejected,   // the last word was REFUSED or NOTIMP
    no_memory,  // ours has run out
};
struct Reply {
    ReplyKind kind = ReplyKind::silent;  // how it ended
    Packet packet;                       // the answer, at least a header long, if answered
};

// The answers; for what was not sent they are silent.
struct Replies {
    std::array<Reply, 2> each;  // in the order of the packets
    bool cancelled = false;     // the wait was ended by a cancellation that is to be answered
};

// The asking fiber's wait, on its stack.
class Asker final : public kernel::Wait {
public:
    Asker(const Question& question, kernel::OnCancel on_cancel) noexcept
        : Wait("an answer from a name server", on_cancel), question_(question) {}

    std::string describe() const override;
    // getaddrinfo knows no EINTR, and what was asked must not be asked anew for each signal.
    bool interruptible() const noexcept override { return false; }
    const Question& question() const noexcept { return question_; }

    std::array<Reply, 2> replies;     // set before the fiber is made ready
    std::array<Query*, 2> queries{};  // set while it is asked
    int outstanding = 0;              // how many of them are

private:
    void unlink() noexcept override;

    const Question& question_;
};

// A packet on its way. Belongs to the channel; may outlive its asker.
struct Query : kernel::Runnable {
    Query(Channel& its_channel, Asker& its_asker, std::size_t its_index,
          void (*begin)(kernel::Runnable&) noexcept)
        : Runnable(begin), channel(its_channel), asker(&its_asker), index(its_index) {}

    // What is asked; only while the asker waits.
    const Packet& packet() const noexcept { return asker->question().packets[index]; }

    Channel& channel;                 // whose it is
    Asker* asker;                     // who waits; null once it does so no longer
    std::size_t index;                // which of the asker's packets
    int last_code = 0;                // of the last answer that was SERVFAIL, NOTIMP or REFUSED
    std::optional<Server> server;     // who answered that there is more by TCP
    Wire* stream = nullptr;           // its own, once it is asked by TCP
    bool plain = false;               // it is asked without EDNS
    std::list<Query>::iterator self;  // its place in the channel's list
};

// Asks the name servers and waits. Suspends; notices cancellation: `answers` gives `cancelled`. Throws
// CancelledError (`throws`), std::bad_alloc.
Replies ask_servers(const Question& question, kernel::OnCancel on_cancel);

}  // namespace fibers::net
