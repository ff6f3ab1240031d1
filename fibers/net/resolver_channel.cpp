// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_channel.hpp"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <poll.h>
#include <strings.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "fibers/net/resolver_options.hpp"

namespace fibers::net {
namespace {

constexpr int edns_size = 1232;  // bytes that pass every network whole

// c-ares does not tell what the last word of servers was that failed; they themselves do.
ReplyKind kind_of(int status, int last_code = 0) noexcept {
    if (status == ARES_SUCCESS) return ReplyKind::answered;
    if (status == ARES_ENOMEM) return ReplyKind::no_memory;
    if (last_code == dns::server_failure) return ReplyKind::failed;
    if (last_code != 0) return ReplyKind::rejected;
    return status == ARES_ECONNREFUSED ? ReplyKind::nobody : ReplyKind::silent;
}

Host loopback(int family) noexcept {
    return family == AF_INET ? make_host(AF_INET, "\x7f\0\0\1") : make_host(AF_INET6, &in6addr_loopback);
}

int use_servers(ares_channel channel, const std::vector<Server>& servers) {
    std::vector<ares_addr_port_node> nodes(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        ares_addr_port_node& node = nodes[i];
        node.next = i + 1 < servers.size() ? &nodes[i + 1] : nullptr;
        const Host& host = servers[i].host;
        node.family = host.family;
        // 0.0.0.0 is this machine, too; but answers do not come from there.
        const bool any = std::ranges::all_of(host.bytes, [](std::uint8_t byte) { return byte == 0; });
        const auto bytes = any ? loopback(host.family).bytes : host.bytes;
        std::memcpy(&node.addr, bytes.data(), node.family == AF_INET ? 4 : 16);
        node.udp_port = node.tcp_port = servers[i].port;
    }
    return ares_set_servers_ports(channel, nodes.data());
}

// By UDP c-ares takes no more than it has offered, or than all servers know of, and cuts the rest off.
bool is_cut_by_udp(std::span<const std::uint8_t> answer) noexcept {
    return is_cut(answer) || answer.size() == NS_PACKETSZ || answer.size() >= edns_size;
}

}  // namespace

Channel::Channel(Channels& owner, kernel::Scheduler& scheduler, const NameConfig& config)
    : owner_(owner),
      scheduler_(scheduler),
      conf_(config.resolv),
      serial_(config.serial),
      datagrams_(*this),
      timer_(*this, -1, &Channel::on_timer),
      tending_(*this) {}

void Wire::close() noexcept {
    if (ares) ares_destroy(std::exchange(ares, nullptr));
}

Channel::~Channel() {
    for (Query& query : queries_) query.asker = nullptr;
    streams_.clear();
    datagrams_.close();
    if (timer_.fd < 0) return;
    scheduler_.poller().remove(timer_);
    kernel::fd_closing(timer_.fd);
    ::close(timer_.fd);
}

void Channel::ask(Asker& asker) {
    try {
        for (std::size_t i = 0; i < asker.queries.size(); ++i) {
            if (!asker.question().packets[i].empty()) add(asker, i);
        }
    } catch (const std::bad_alloc&) {
        for (Query* const query : asker.queries) {
            if (query) leave(*query);
        }
        throw;
    }
}

void Channel::add(Asker& asker, std::size_t index) {
    queries_.emplace_front(*this, asker, index, &Channel::on_begin);
    Query& query = queries_.front();
    query.self = queries_.begin();
    asker.queries[index] = &query;
    ++asker.outstanding;
    ++awaited_;
    scheduler_.make_ready(query);
}

void Channel::leave(Query& query) noexcept {
    query.asker = nullptr;
    --awaited_;
    tend_soon();
}

void Channel::retire() noexcept {
    retired_ = true;
    tend_soon();
}

void Channel::on_begin(kernel::Runnable& query) noexcept {
    auto& self = static_cast<Query&>(query);
    self.channel.begin(self);
}

void Channel::begin(Query& query) noexcept {
    tend_soon();
    if (!query.asker) {
        queries_.erase(query.self);
        return;
    }
    count(Answered::by_asking);
    if (conf_.use_vc) {
        ask_by_stream(query);
    } else {
        send(query, datagrams_, conf_.servers);
    }
}

void Channel::ask_by_stream(Query& query) noexcept {
    tend_soon();
    try {
        const std::vector<Server> servers = servers_for_stream(query);
        query.stream = &streams_.emplace_back(*this);
        send(query, *query.stream, servers);
    } catch (const std::bad_alloc&) {
        finish(query, {ReplyKind::no_memory, {}});
    }
}

// First the one that has more to say.
std::vector<Server> Channel::servers_for_stream(const Query& query) {
    std::vector<Server> servers = conf_.servers;
    auto first = query.server ? std::ranges::find(servers, *query.server) : servers.begin();
    if (conf_.use_vc && conf_.rotate && !servers.empty())
        first = servers.begin() + static_cast<std::ptrdiff_t>(turn_++ % servers.size());
    if (first != servers.end()) std::rotate(servers.begin(), first, servers.end());
    return servers;
}

void Channel::send(Query& query, Wire& wire, const std::vector<Server>& servers) noexcept {
    if (const int status = open(wire, servers); status != ARES_SUCCESS) {
        finish(query, {kind_of(status), {}});
        return;
    }
    try {
        const Packet& whole = query.packet();
        const Packet packet = query.plain ? without_edns(whole) : whole;
        ares_send(wire.ares, packet.data(), static_cast<int>(packet.size()), &Channel::on_reply, &query);
    } catch (const std::bad_alloc&) {
        finish(query, {ReplyKind::no_memory, {}});
    }
}

int Channel::open(Wire& wire, const std::vector<Server>& servers) noexcept {
    if (wire.ares) return ARES_SUCCESS;
    try {
        const int status = open_ares(wire, servers);
        if (status != ARES_SUCCESS) wire.close();
        return status;
    } catch (const std::bad_alloc&) {
        wire.close();
        return ARES_ENOMEM;
    }
}

int Channel::open_ares(Wire& wire, const std::vector<Server>& servers) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) return library;
    if (timer_.fd < 0) timer_.fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer_.fd < 0) return ARES_ENOMEM;
    char servers_only[] = "b";  // /etc/hosts has been read already
    ares_options options{};
    options.timeout = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(conf_.timeout).count());
    options.tries = conf_.attempts;
    const int datagrams = ARES_FLAG_IGNTC | (conf_.edns0 ? ARES_FLAG_EDNS : 0);  // TCP is up to us
    options.flags = &wire == &datagrams_ ? datagrams : ARES_FLAG_USEVC;
    options.ednspsz = edns_size;
    options.lookups = servers_only;
    options.sock_state_cb = &Channel::on_socket_state;
    options.sock_state_cb_data = &wire;
    // None of each yet, or ever: what is not said c-ares looks for in the system's files, each time.
    const int nothing = ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_NDOTS | ARES_OPT_SORTLIST;
    const int which = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB |
                      ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | nothing |
                      (conf_.rotate ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE);
    const int status = ares_init_options(&wire.ares, &options, which);
    if (status != ARES_SUCCESS) return status;
    ares_set_socket_functions(wire.ares, &socket_functions(), static_cast<PacketListener*>(this));
    return use_servers(wire.ares, servers);
}

// True if an answer is none yet: by TCP there is more, or the server knows no EDNS.
bool Channel::asks_anew(Query& query, std::span<std::uint8_t> answer) noexcept {
    if (!query.stream && code_of(answer) == dns::unassigned) set_code(answer, dns::format_error);
    if (!query.stream && is_cut_by_udp(answer)) {
        ask_by_stream(query);
        return true;
    }
    const bool offered_edns = query.asker->question().edns0 && !query.plain;
    if (!offered_edns || code_of(answer) != dns::format_error) return false;
    query.plain = true;
    send(query, query.stream ? *query.stream : datagrams_, conf_.servers);
    return true;
}

void Channel::on_reply(void* query, int status, int, unsigned char* data, int size) noexcept {
    auto& self = *static_cast<Query*>(query);
    const bool answered = status == ARES_SUCCESS && self.asker && size >= static_cast<int>(dns::header_size);
    if (answered && self.channel.asks_anew(self, {data, data + size})) return;
    Reply reply{kind_of(status, self.last_code), {}};
    const auto length = static_cast<std::size_t>(size);
    try {
        if (status == ARES_SUCCESS && self.asker) reply.packet.assign(data, data + length);
    } catch (const std::bad_alloc&) {
        reply.kind = ReplyKind::no_memory;
    }
    if (status == ARES_SUCCESS && length < dns::header_size) reply = {ReplyKind::silent, {}};
    self.channel.finish(self, std::move(reply));
}

void Channel::failed(std::span<const std::uint8_t> answer) noexcept {
    for (Query& query : queries_) {
        if (query.asker && is_answer_to(query.packet(), answer)) query.last_code = code_of(answer);
    }
}

void Channel::cut(std::span<const std::uint8_t> answer, const sockaddr& from) noexcept {
    const std::optional<Host> host = host_of(&from);
    if (!host) return;
    sockaddr_in port;  // stands at the same place in both families
    std::memcpy(&port, &from, sizeof port);
    for (Query& query : queries_) {
        if (query.asker && is_answer_to(query.packet(), answer)) query.server = {*host, ntohs(port.sin_port)};
    }
}

void Channel::finish(Query& query, Reply&& reply) noexcept {
    if (Asker* const asker = query.asker) {
        --awaited_;
        asker->queries[query.index] = nullptr;
        asker->replies[query.index] = std::move(reply);
        if (--asker->outstanding == 0) kernel::unpark(asker->fiber());
    }
    if (query.stream) query.stream->done = true;
    if (query.stream || retired_) tend_soon();
    queries_.erase(query.self);
}

// A socket that c-ares opened, uses otherwise, or (neither) is about to close.
void Channel::on_socket_state(void* wire, int fd, int reads, int writes) noexcept {
    auto& its_wire = *static_cast<Wire*>(wire);
    Channel& channel = its_wire.channel;
    if (!reads && !writes) {
        channel.drop_socket(fd);
        return;
    }
    try {
        Socket& socket = channel.sockets_.try_emplace(fd, its_wire, fd).first->second;
        // A socket in use was ready before, perhaps: no edge will tell.
        socket.unseen = socket.unseen || (writes != 0 && !socket.writes);
        if (socket.unseen) channel.tend_soon();
        socket.reads = reads != 0;
        socket.writes = writes != 0;
        channel.listen(socket);
    } catch (const std::bad_alloc&) {  // as if its answers were lost: the query times out
    }
}

void Channel::drop_socket(int fd) noexcept {
    const auto found = sockets_.find(fd);
    if (found == sockets_.end()) return;
    scheduler_.poller().remove(found->second.reader);
    scheduler_.poller().remove(found->second.writer);
    kernel::fd_closing(fd);
    sockets_.erase(found);
}

void Channel::listen(Socket& socket) noexcept {
    listen(socket.reader, kernel::Direction::read, socket.reads);
    listen(socket.writer, kernel::Direction::write, socket.writes);
}

void Channel::listen(Ear& ear, kernel::Direction direction, bool wanted) noexcept {
    kernel::Poller& poller = scheduler_.poller();
    if (!wanted) {
        poller.remove(ear);
    } else if (!ear.linked()) {
        if (kernel::FdWatch* const watch = poller.watch(ear.fd)) poller.add(*watch, direction, ear);
    }
}

void Channel::on_socket(kernel::FdWaiter& waiter) noexcept {
    auto& ear = static_cast<Ear&>(waiter);
    if (ear.closed) return;  // by a stranger, perhaps on a fiber's stack; c-ares will notice in time
    Channel& channel = ear.channel;
    channel.serve(ear.fd);  // may close the socket, and the ear with it
    channel.set_timer();
}

// Edges are told once: c-ares goes on until the kernel says that nothing is left.
void Channel::serve(int fd) noexcept {
    while (true) {
        const auto found = sockets_.find(fd);
        if (found == sockets_.end()) return;
        Socket& socket = found->second;
        const int events = (socket.reads ? POLLIN : 0) | (socket.writes ? POLLOUT : 0);
        pollfd look{fd, static_cast<short>(events), 0};
        if (::poll(&look, 1, 0) <= 0) {
            listen(socket);
            return;
        }
        const bool failed = (look.revents & ~(POLLIN | POLLOUT)) != 0;
        ares_process_fd(socket.wire.ares, failed || look.revents & POLLIN ? fd : ARES_SOCKET_BAD,
                        failed || look.revents & POLLOUT ? fd : ARES_SOCKET_BAD);
    }
}

void Channel::on_timer(kernel::FdWaiter& waiter) noexcept {
    if (waiter.closed) return;
    Channel& self = static_cast<Ear&>(waiter).channel;
    self.each_wire([](ares_channel wire) { ares_process_fd(wire, ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
    self.set_timer();
}

void Channel::set_timer() noexcept {
    timeval room{};
    timeval* next = nullptr;
    each_wire([&](ares_channel wire) {
        timeval its_room{};
        const timeval* const its_next = ares_timeout(wire, next, &its_room);
        if (!its_next || its_next == next) return;
        room = *its_next;
        next = &room;
    });
    itimerspec when{};
    if (next) {
        when.it_value.tv_sec = next->tv_sec;
        when.it_value.tv_nsec = next->tv_usec * 1000 + 1;  // 0 would stop it
    }
    ::timerfd_settime(timer_.fd, 0, &when, nullptr);
    listen(timer_, kernel::Direction::read, next != nullptr);
}

// Once for many: asking c-ares for its next time-out looks at every query.
void Channel::tend_soon() noexcept {
    if (std::exchange(tending_.queued, true)) return;
    scheduler_.make_ready(tending_);
}

void Channel::look_at_unseen() noexcept {
    const auto unseen = [](const auto& each) { return each.second.unseen; };
    for (auto found = std::ranges::find_if(sockets_, unseen); found != sockets_.end();
         found = std::ranges::find_if(sockets_, unseen)) {
        found->second.unseen = false;
        serve(found->first);
    }
}

void Channel::on_tending(kernel::Runnable& tending) noexcept {
    auto& mine = static_cast<Tending&>(tending);
    mine.queued = false;
    Channel& self = mine.channel;
    self.look_at_unseen();
    if (self.awaited_ == 0) self.each_wire(&ares_cancel);  // nobody waits any more: let go of the sockets
    self.streams_.remove_if([](const Wire& wire) { return wire.done; });
    if (self.timer_.fd >= 0) self.set_timer();
    if (self.retired_ && self.queries_.empty() && !mine.queued) self.owner_.drop(self);
}

Channel& Channels::current(const NameConfig& config) {
    if (!channels_.empty()) {
        Channel& latest = channels_.front();
        if (latest.serial() == config.serial) return latest;
        latest.retire();
    }
    return channels_.emplace_front(*this, scheduler_, config);
}

void Channels::drop(Channel& channel) noexcept {
    channels_.remove_if([&](const Channel& each) { return &each == &channel; });
}

}  // namespace fibers::net
