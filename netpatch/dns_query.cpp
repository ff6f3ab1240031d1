// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// res_query, res_search, res_querydomain, res_send, and their forms with a state of the caller's. Only these
// wait; res_mkquery, dn_expand and the rest are libc's.
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fibers/net/resolver_pool.hpp"
#include "fibers/net/resolver_search.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/dns_fiber.hpp"

namespace netpatch {
namespace {

using fibers::kernel::OnCancel;
using fibers::net::NameConfig;
using fibers::net::Packet;
using fibers::net::ReplyKind;
using fibers::net::ResolvConf;
using fibers::net::ResolverMode;
using fibers::net::SearchRequest;
using fibers::net::SearchResult;

constexpr std::size_t header_size = fibers::net::dns::header_size;
constexpr std::uint8_t truncated = 0x02;  // in the third byte of a header

// The servers that a state of the caller's names.
std::vector<fibers::net::Server> servers_of(const struct __res_state& state) {
    std::vector<fibers::net::Server> servers;
    for (int i = 0; i < std::min(state.nscount, MAXNS); ++i) {
        const sockaddr_in& v4 = state.nsaddr_list[i];
        const sockaddr_in6* const v6 = state._u._ext.nsaddrs[i];
        if (v4.sin_family == AF_INET) {
            servers.push_back({fibers::net::make_host(AF_INET, &v4.sin_addr), ntohs(v4.sin_port)});
        } else if (v6) {
            servers.push_back({fibers::net::make_host(AF_INET6, &v6->sin6_addr), ntohs(v6->sin6_port)});
        }
    }
    return servers;
}

// What a state of the caller's asks for.
ResolvConf conf_of(const struct __res_state& state) {
    ResolvConf conf;
    conf.servers = servers_of(state);
    const bool searches = (state.options & RES_DNSRCH) != 0;
    for (int i = 0; i < MAXDNSRCH && state.dnsrch[i] && (searches || i == 0); ++i) {
        conf.search.emplace_back(state.dnsrch[i]);
    }
    conf.ndots = static_cast<int>(state.ndots);
    conf.timeout = std::chrono::seconds(std::max(state.retrans, 1));
    conf.attempts = std::max(state.retry, 1);
    conf.rotate = (state.options & RES_ROTATE) != 0;
    conf.use_vc = (state.options & RES_USEVC) != 0;
    conf.edns0 = (state.options & RES_USE_EDNS0) != 0;
    conf.trust_ad = (state.options & RES_TRUSTAD) != 0;
    conf.no_tld_query = (state.options & RES_NOTLDQUERY) != 0;
    return conf;
}

// The configuration in force, or the caller's own where its state says something else than the files.
std::shared_ptr<const NameConfig> config_of(const struct __res_state* state) {
    auto config = fibers::net::name_config();
    if (!state || state->nscount == 0) return config;
    ResolvConf theirs = conf_of(*state);
    theirs.no_aaaa = config->resolv.no_aaaa;
    if (theirs == config->resolv) return config;
    auto own = std::make_shared<NameConfig>(*config);
    own->resolv = std::move(theirs);
    own->serial = fibers::net::new_config_serial();
    return own;
}

void set_error(res_state state, int h_error) noexcept {
    dns::set_h_errno(h_error);
    if (state) state->res_h_errno = h_error;
}

// Copies what fits into a buffer that holds a header at least. Returns the whole length and says what did not
// fit; but the rest of what came by UDP is gone in silence, as it is with libc: nobody gets a length beyond
// his buffer.
int copy_out(const Packet& packet, unsigned char* answer, int size) noexcept {
    const auto room = static_cast<std::size_t>(size);
    std::copy_n(packet.begin(), std::min(packet.size(), room), answer);
    if (packet.size() <= room) return static_cast<int>(packet.size());
    if (packet.size() <= NS_PACKETSZ) return size;
    answer[2] |= truncated;
    return static_cast<int>(packet.size());
}

int give(const SearchResult& result, res_state state, unsigned char* answer, int size) noexcept {
    set_error(state, result.h_errno_value);
    const bool brought = !result.packets.empty() && !result.packets[0].empty();
    // Callers look into the header of what was no answer, too.
    const int length = brought ? copy_out(result.packets[0], answer, size) : -1;
    if (result.h_errno_value == 0) return length;
    if (result.h_errno_value == NETDB_INTERNAL) errno = result.sys_errno;
    if (result.unavailable) errno = result.nobody ? ECONNREFUSED : ETIMEDOUT;
    return -1;
}

// libc's own answer, where that is wanted. `call` must own what it uses, but for the answer's buffer.
template <class Call>
int ask_libc(ResolverMode mode, res_state state, unsigned char* answer, int size, Call call) {
    struct Shared {
        std::vector<unsigned char> room;
        int length = -1;
        int h_error = 0;
        int error = 0;
    };
    auto shared = std::make_shared<Shared>();
    shared->room.resize(static_cast<std::size_t>(size));
    const auto work = [shared, call] {
        shared->length = call(shared->room.data(), static_cast<int>(shared->room.size()));
        shared->error = errno;
        shared->h_error = *libc::__h_errno_location();
    };
    if (!fibers::net::run_in_libc(work, mode, OnCancel::answers)) {
        errno = ECANCELED;
        set_error(state, NETDB_INTERNAL);
        return -1;
    }
    std::ranges::copy(shared->room, answer);
    set_error(state, shared->h_error);
    if (shared->length < 0) errno = shared->error;
    return shared->length;
}

int fail(res_state state, int error) noexcept {
    errno = error;
    set_error(state, NETDB_INTERNAL);
    return -1;
}

enum class Way : std::uint8_t { query, search };

// `domain` follows the name, if there is one. libc crashes without a name, and on a buffer without room for a
// header.
int ask(Way way, res_state state, const char* bare_name, const char* domain, int dns_class, int type,
        unsigned char* answer, int size) noexcept {
    if (!bare_name || size < static_cast<int>(header_size)) return fail(state, EINVAL);
    try {
        const std::string name = domain ? std::string(bare_name) + '.' + domain : bare_name;
        const ResolverMode mode = fibers::net::resolver_mode();
        if (mode != ResolverMode::cares) {
            return ask_libc(mode, state, answer, size, [=](unsigned char* room, int room_size) {
                return way == Way::query ? libc::res_query(name.c_str(), dns_class, type, room, room_size)
                                         : libc::res_search(name.c_str(), dns_class, type, room, room_size);
            });
        }
        const auto config = config_of(state);
        const SearchRequest request{.name = name,
                                    .dns_class = dns_class,
                                    .types = {type},
                                    .config = *config,
                                    .on_cancel = OnCancel::answers};
        return give(way == Way::query ? query_name(request) : search_name(request), state, answer, size);
    } catch (const std::exception&) {
        return fail(state, ENOMEM);
    }
}

int send_packet(const struct __res_state* state, const unsigned char* question, int length,
                unsigned char* answer, int size) {
    const auto config = config_of(state);
    const fibers::net::Question whole{
        "a program's own question", {Packet(question, question + length), Packet()}, *config};
    const auto replies = ask_servers(whole, OnCancel::answers);
    const auto& reply = replies.each[0];
    if (!replies.cancelled && reply.kind == ReplyKind::answered) return copy_out(reply.packet, answer, size);
    errno = replies.cancelled ? ECANCELED : reply.kind == ReplyKind::nobody ? ECONNREFUSED : ETIMEDOUT;
    return -1;
}

int send_question(res_state state, const unsigned char* question, int length, unsigned char* answer,
                  int size) noexcept {
    if (!question || size < static_cast<int>(header_size) || length < static_cast<int>(header_size)) {
        errno = EINVAL;
        return -1;
    }
    try {
        const ResolverMode mode = fibers::net::resolver_mode();
        if (mode == ResolverMode::cares) return send_packet(state, question, length, answer, size);
        const Packet copy(question, question + length);
        return ask_libc(mode, state, answer, size, [copy](unsigned char* room, int room_size) {
            return libc::res_send(copy.data(), static_cast<int>(copy.size()), room, room_size);
        });
    } catch (const std::exception&) {
        return fail(state, ENOMEM);
    }
}

}  // namespace

namespace calls {

int res_query(const char* name, int dns_class, int type, unsigned char* answer, int size) {
    return ask(Way::query, nullptr, name, nullptr, dns_class, type, answer, size);
}

int res_search(const char* name, int dns_class, int type, unsigned char* answer, int size) {
    return ask(Way::search, nullptr, name, nullptr, dns_class, type, answer, size);
}

int res_querydomain(const char* name, const char* domain, int dns_class, int type, unsigned char* answer,
                    int size) {
    return ask(Way::query, nullptr, name, domain, dns_class, type, answer, size);
}

int res_send(const unsigned char* question, int length, unsigned char* answer, int size) {
    return send_question(nullptr, question, length, answer, size);
}

int res_nquery(res_state state, const char* name, int dns_class, int type, unsigned char* answer, int size) {
    return ask(Way::query, state, name, nullptr, dns_class, type, answer, size);
}

int res_nsearch(res_state state, const char* name, int dns_class, int type, unsigned char* answer, int size) {
    return ask(Way::search, state, name, nullptr, dns_class, type, answer, size);
}

int res_nquerydomain(res_state state, const char* name, const char* domain, int dns_class, int type,
                     unsigned char* answer, int size) {
    return ask(Way::query, state, name, domain, dns_class, type, answer, size);
}

int res_nsend(res_state state, const unsigned char* question, int length, unsigned char* answer, int size) {
    return send_question(state, question, length, answer, size);
}

}  // namespace calls
}  // namespace netpatch
