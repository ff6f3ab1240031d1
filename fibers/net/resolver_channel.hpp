// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One loop's channel to the name servers: c-ares, driven by the poller.
//
// c-ares runs on the loop's own stack only, so that its system calls go straight through and nothing it calls
// can suspend. Its time-outs are real time whatever clock the loop goes by, because the servers are real: a
// timerfd beside its sockets.
#pragma once

#include <list>
#include <unordered_map>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/net/resolver_query.hpp"
#include "fibers/net/resolver_socket.hpp"

struct ares_channeldata;

namespace fibers::net {

class Channel;
class Channels;

// A channel of c-ares's. All questions by UDP share one; each by TCP has its own, because a stream that ends
// or fails takes along whatever c-ares has asked of its server through the same channel.
struct Wire {
    explicit Wire(Channel& its_channel) noexcept : channel(its_channel) {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() { close(); }
    // Ends every query that has begun, closes the sockets.
    void close() noexcept;

    Channel& channel;                  // whose it is
    ares_channeldata* ares = nullptr;  // once it is open
    bool done = false;                 // a stream's question is answered
};

// Made when a loop first asks under one configuration, gone with the loop or when the configuration has
// changed and all is answered. Loop's thread only.
class Channel final : PacketListener {
public:
    Channel(Channels& owner, kernel::Scheduler& scheduler, const NameConfig& config);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // Takes the asker's packets; the loop sends them when the asker has parked. Never suspends. Throws
    // std::bad_alloc.
    void ask(Asker& asker);
    // The asker waits no longer: the answer, when it comes, is dropped.
    void leave(Query& query) noexcept;
    // No more will be asked here.
    void retire() noexcept;
    std::uint64_t serial() const noexcept { return serial_; }

private:
    // A socket of c-ares's, or the timer.
    struct Ear : kernel::FdWaiter {
        Ear(Channel& its_channel, int its_fd, void (*heard)(kernel::FdWaiter&) noexcept) noexcept
            : FdWaiter(heard), channel(its_channel), fd(its_fd) {}
        Channel& channel;  // whose it is
        int fd;            // what it listens to
    };
    struct Socket {
        Socket(Wire& its_wire, int fd) noexcept
            : wire(its_wire),
              reader(wire.channel, fd, &Channel::on_socket),
              writer(wire.channel, fd, &Channel::on_socket) {}
        Wire& wire;           // whose it is
        Ear reader;           // linked while c-ares waits to read
        Ear writer;           // linked while c-ares waits to write
        bool reads = false;   // c-ares wants to know when it can be read
        bool writes = false;  // c-ares wants to know when it can be written
        bool unseen = false;  // what it wants has changed, and nobody has looked whether it is so already
    };
    struct Tending : kernel::Runnable {
        explicit Tending(Channel& its_channel) noexcept
            : Runnable(&Channel::on_tending), channel(its_channel) {}
        Channel& channel;     // whose it is
        bool queued = false;  // in the loop's ready queue
    };

    static void on_begin(kernel::Runnable& query) noexcept;
    static void on_tending(kernel::Runnable& tending) noexcept;
    static void on_socket(kernel::FdWaiter& ear) noexcept;
    static void on_timer(kernel::FdWaiter& ear) noexcept;
    static void on_socket_state(void* wire, int fd, int reads, int writes) noexcept;
    static void on_reply(void* query, int status, int timeouts, unsigned char* data, int size) noexcept;

    void failed(std::span<const std::uint8_t> answer) noexcept override;
    void cut(std::span<const std::uint8_t> answer, const sockaddr& from) noexcept override;
    void begin(Query& query) noexcept;
    void ask_by_stream(Query& query) noexcept;
    bool asks_anew(Query& query, std::span<std::uint8_t> answer) noexcept;
    void send(Query& query, Wire& wire, const std::vector<Server>& servers) noexcept;
    int open(Wire& wire, const std::vector<Server>& servers) noexcept;
    int open_ares(Wire& wire, const std::vector<Server>& servers);
    std::vector<Server> servers_for_stream(const Query& query);
    void add(Asker& asker, std::size_t index);
    void finish(Query& query, Reply&& reply) noexcept;
    void serve(int fd) noexcept;
    void listen(Socket& socket) noexcept;
    void listen(Ear& ear, kernel::Direction direction, bool wanted) noexcept;
    void drop_socket(int fd) noexcept;
    void tend_soon() noexcept;
    void look_at_unseen() noexcept;
    void set_timer() noexcept;
    // For each open wire; `f` may add wires, and not take them away.
    template <class F>
    void each_wire(F&& f) {
        if (datagrams_.ares) f(datagrams_.ares);
        for (Wire& wire : streams_) {
            if (wire.ares) f(wire.ares);
        }
    }

    Channels& owner_;
    kernel::Scheduler& scheduler_;
    const ResolvConf conf_;
    const std::uint64_t serial_;
    bool retired_ = false;
    Wire datagrams_;
    std::list<Wire> streams_;   // one for each question by TCP
    std::size_t turn_ = 0;      // whose it is to be asked by TCP first, if servers take turns
    std::list<Query> queries_;  // asked, or about to be
    std::size_t awaited_ = 0;   // of them, those whose askers still wait
    std::unordered_map<int, Socket> sockets_;
    Ear timer_;
    Tending tending_;
};

// One loop's channels: the current one, and those that still wait for answers to older questions.
class Channels final : public kernel::LoopPart {
public:
    explicit Channels(kernel::Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    // The channel of this configuration. Never suspends. Throws std::bad_alloc.
    Channel& current(const NameConfig& config);
    // Drops a retired one that has nothing left to do.
    void drop(Channel& channel) noexcept;

private:
    kernel::Scheduler& scheduler_;
    std::list<Channel> channels_;  // the current one first
};

}  // namespace fibers::net
