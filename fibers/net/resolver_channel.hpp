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
#include <string>
#include <unordered_map>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/net/resolver_query.hpp"

struct ares_channeldata;
struct ares_addrinfo;
struct hostent;

namespace fibers::net {

// Made when a loop first asks, gone with the loop. Loop's thread only.
class Channel final : public kernel::LoopPart {
public:
    explicit Channel(kernel::Scheduler& scheduler);
    ~Channel() override;

    // Takes a question; the loop asks it when the asker has parked. Never suspends. Throws std::bad_alloc.
    void ask(const Question& question, Asker& asker);
    // The asker waits no longer: the answer, when it comes, is dropped.
    void leave(Query& query) noexcept;

private:
    // A socket of c-ares's, or the timer.
    struct Ear : kernel::FdWaiter {
        Ear(Channel& its_channel, int its_fd, void (*heard)(kernel::FdWaiter&) noexcept) noexcept
            : FdWaiter(heard), channel(its_channel), fd(its_fd) {}
        Channel& channel;  // whose it is
        int fd;            // what it listens to
    };
    struct Socket {
        Socket(Channel& channel, int fd) noexcept
            : reader(channel, fd, &Channel::on_socket), writer(channel, fd, &Channel::on_socket) {}
        Ear reader;           // linked while c-ares waits to read
        Ear writer;           // linked while c-ares waits to write
        bool reads = false;   // c-ares wants to know when it can be read
        bool writes = false;  // c-ares wants to know when it can be written
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
    static void on_socket_state(void* self, int fd, int reads, int writes) noexcept;
    static void on_hosts(void* query, int status, int timeouts, ares_addrinfo* info) noexcept;
    static void on_name(void* query, int status, int timeouts, hostent* entry) noexcept;

    void begin(Query& query) noexcept;
    int open() noexcept;
    int open_ares();
    void finish(Query& query, HostList&& answer) noexcept;
    void serve(int fd) noexcept;
    void listen(Socket& socket) noexcept;
    void listen(Ear& ear, kernel::Direction direction, bool wanted) noexcept;
    void drop_socket(int fd) noexcept;
    void tend_soon() noexcept;
    void set_timer() noexcept;

    kernel::Scheduler& scheduler_;
    ares_channeldata* ares_ = nullptr;
    std::list<Query> queries_;  // asked, or about to be
    std::size_t askers_ = 0;    // of them, those whose askers still wait
    std::unordered_map<int, Socket> sockets_;
    Ear timer_;
    Tending tending_;
};

}  // namespace fibers::net
