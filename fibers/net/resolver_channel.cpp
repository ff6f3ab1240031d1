// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_channel.hpp"

#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <strings.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "fibers/net/resolver_options.hpp"

namespace fibers::net {
namespace {

HostList failure(int eai) {
    HostList list;
    list.eai = eai;
    return list;
}

// What getaddrinfo says where c-ares says `status`. Servers that fail, refuse or are silent may do better
// later.
int eai_of(int status) noexcept {
    switch (status) {
        case ARES_SUCCESS:
            return 0;
        case ARES_ENODATA:
            return EAI_NODATA;
        case ARES_ENOTFOUND:
        case ARES_EBADNAME:
            return EAI_NONAME;
        case ARES_ENOMEM:
            return EAI_MEMORY;
        case ARES_EFORMERR:
        case ARES_EBADRESP:
            return EAI_FAIL;
        default:
            return EAI_AGAIN;
    }
}

// The name at the end of the chain of aliases.
std::string canonical_name(const ares_addrinfo& info) {
    const char* name = info.name;
    for (const ares_addrinfo_cname* i = info.cnames; i; i = i->next) {
        if (i->name) name = i->name;
    }
    return name ? name : std::string();
}

HostList read_hosts(const ares_addrinfo& info) {
    HostList list;
    for (const ares_addrinfo_node* i = info.nodes; i; i = i->ai_next) {
        if (const auto host = host_of(i->ai_addr)) list.hosts.push_back(*host);
    }
    list.canonical_name = canonical_name(info);
    if (list.hosts.empty()) list.eai = EAI_NODATA;
    return list;
}

// c-ares never asks servers about localhost, glibc does; with a dot at its end it is a name like any other.
const char* name_for_ares(const std::string& name) noexcept {
    return ::strcasecmp(name.c_str(), "localhost") == 0 ? "localhost." : name.c_str();
}

int use_servers(ares_channel channel, const std::vector<Server>& servers) {
    if (servers.empty()) return ARES_SUCCESS;
    std::vector<ares_addr_port_node> nodes(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        ares_addr_port_node& node = nodes[i];
        node.next = i + 1 < servers.size() ? &nodes[i + 1] : nullptr;
        node.family = servers[i].host.family;
        const auto& bytes = servers[i].host.bytes;
        std::memcpy(&node.addr, bytes.data(), node.family == AF_INET ? 4 : 16);
        node.udp_port = node.tcp_port = servers[i].port;
    }
    return ares_set_servers_ports(channel, nodes.data());
}

}  // namespace

Channel::Channel(kernel::Scheduler& scheduler)
    : scheduler_(scheduler), timer_(*this, -1, &Channel::on_timer), tending_(*this) {}

Channel::~Channel() {
    for (Query& query : queries_) query.asker = nullptr;
    if (ares_) ares_destroy(ares_);  // ends every query that has begun, closes the sockets
    if (timer_.fd < 0) return;
    scheduler_.poller().remove(timer_);
    kernel::fd_closing(timer_.fd);
    ::close(timer_.fd);
}

void Channel::ask(const Question& question, Asker& asker) {
    queries_.emplace_front(*this, question, asker, &Channel::on_begin);
    Query& query = queries_.front();
    query.self = queries_.begin();
    asker.query = &query;
    ++askers_;
    scheduler_.make_ready(query);
}

void Channel::leave(Query& query) noexcept {
    query.asker = nullptr;
    --askers_;
    tend_soon();
}

void Channel::on_begin(kernel::Runnable& query) noexcept {
    auto& self = static_cast<Query&>(query);
    self.channel.begin(self);
}

void Channel::begin(Query& query) noexcept {
    if (!query.asker) {
        queries_.erase(query.self);
        return;
    }
    if (const int status = open(); status != ARES_SUCCESS) {
        finish(query, failure(eai_of(status)));
        return;
    }
    count(Answered::by_asking);
    if (const auto& host = query.question.host) {
        const int length = host->family == AF_INET ? 4 : 16;
        ares_gethostbyaddr(ares_, host->bytes.data(), length, host->family, &Channel::on_name, &query);
    } else {
        ares_addrinfo_hints hints{};
        hints.ai_family = query.question.family;
        hints.ai_flags = ARES_AI_NOSORT;
        ares_getaddrinfo(ares_, name_for_ares(query.question.name), nullptr, &hints, &Channel::on_hosts,
                         &query);
    }
    tend_soon();
}

int Channel::open() noexcept {
    if (ares_) return ARES_SUCCESS;
    try {
        const int status = open_ares();
        if (status == ARES_SUCCESS) return status;
        if (ares_) ares_destroy(std::exchange(ares_, nullptr));
        return status;
    } catch (const std::bad_alloc&) {
        if (ares_) ares_destroy(std::exchange(ares_, nullptr));
        return ARES_ENOMEM;
    }
}

int Channel::open_ares() {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) return library;
    if (timer_.fd < 0) timer_.fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer_.fd < 0) return ARES_ENOMEM;
    const ResolverOptions wanted = resolver_options();
    const Patience patience = patience_of(wanted);
    char servers_only[] = "b";  // /etc/hosts has been read already
    ares_options options{};
    options.timeout =
        static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience.timeout).count());
    options.tries = patience.tries;
    options.lookups = servers_only;
    options.sock_state_cb = &Channel::on_socket_state;
    options.sock_state_cb_data = this;
    const int which = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    const int status = ares_init_options(&ares_, &options, which);
    if (status != ARES_SUCCESS) return status;
    return use_servers(ares_, parse_servers(wanted.servers).value_or(std::vector<Server>{}));
}

void Channel::on_hosts(void* query, int status, int, ares_addrinfo* info) noexcept {
    auto& self = *static_cast<Query*>(query);
    HostList answer = failure(eai_of(status));
    try {
        if (status == ARES_SUCCESS && self.asker) answer = read_hosts(*info);
    } catch (const std::bad_alloc&) {
        answer.eai = EAI_MEMORY;
    }
    if (info) ares_freeaddrinfo(info);
    self.channel.finish(self, std::move(answer));
}

void Channel::on_name(void* query, int status, int, hostent* entry) noexcept {
    auto& self = *static_cast<Query*>(query);
    HostList answer = failure(eai_of(status));
    try {
        if (status == ARES_SUCCESS && self.asker) answer.canonical_name = entry->h_name;
    } catch (const std::bad_alloc&) {
        answer.eai = EAI_MEMORY;
    }
    self.channel.finish(self, std::move(answer));
}

void Channel::finish(Query& query, HostList&& answer) noexcept {
    if (Asker* const asker = query.asker) {
        --askers_;
        asker->query = nullptr;
        asker->answer = std::move(answer);
        kernel::unpark(asker->fiber());
    }
    queries_.erase(query.self);
}

// A socket that c-ares opened, uses otherwise, or (neither) is about to close.
void Channel::on_socket_state(void* self, int fd, int reads, int writes) noexcept {
    auto& channel = *static_cast<Channel*>(self);
    if (!reads && !writes) {
        channel.drop_socket(fd);
        return;
    }
    try {
        Socket& socket = channel.sockets_.try_emplace(fd, channel, fd).first->second;
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
        ares_process_fd(ares_, failed || look.revents & POLLIN ? fd : ARES_SOCKET_BAD,
                        failed || look.revents & POLLOUT ? fd : ARES_SOCKET_BAD);
    }
}

void Channel::on_timer(kernel::FdWaiter& waiter) noexcept {
    if (waiter.closed) return;
    Channel& self = static_cast<Ear&>(waiter).channel;
    ares_process_fd(self.ares_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    self.set_timer();
}

void Channel::set_timer() noexcept {
    timeval room{};
    const timeval* const next = ares_timeout(ares_, nullptr, &room);
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

void Channel::on_tending(kernel::Runnable& tending) noexcept {
    auto& mine = static_cast<Tending&>(tending);
    mine.queued = false;
    Channel& self = mine.channel;
    if (!self.ares_) return;
    if (self.askers_ == 0) ares_cancel(self.ares_);  // nobody waits any more: let go of the sockets
    self.set_timer();
}

}  // namespace fibers::net
