// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The name servers as a source of names: what glibc's nss_dns makes of their answers.
#include <netdb.h>

#include <algorithm>
#include <array>
#include <utility>

#include "fibers/net/resolver_search.hpp"
#include "fibers/net/resolver_source.hpp"

namespace fibers::net {
namespace {

Found failure(NssStatus status, int h_errno_value, int sys_errno = 0) {
    Found found;
    found.status = status;
    found.h_errno_value = h_errno_value;
    found.sys_errno = sys_errno;
    return found;
}

Found failure(const SearchResult& result) {
    if (result.h_errno_value == NETDB_INTERNAL) {
        return failure(NssStatus::tryagain, NETDB_INTERNAL, result.sys_errno);
    }
    const NssStatus status = result.unavailable ? NssStatus::unavail : NssStatus::notfound;
    return failure(status, result.h_errno_value);
}

// One answer's addresses, added to what there is. Together with another answer's, chains of aliases that end
// nowhere are not found; alone, they are a server's fault.
Found read_addresses(const Packet& packet, int type, bool alone) {
    Records records = read_records(packet, type);
    if (!alone && answers_in(packet) == 0) return failure(NssStatus::notfound, HOST_NOT_FOUND);
    if ((alone && code_of(packet) == dns::name_error) || !records.host_asked) {
        return failure(NssStatus::notfound, HOST_NOT_FOUND);
    }
    if (records.broken) {
        Found broken = failure(NssStatus::unavail, NO_RECOVERY, EMSGSIZE);
        broken.hosts = std::move(records.hosts);  // as good as any behind an answer that is whole
        return broken;
    }
    if (records.hosts.empty()) {
        return alone ? failure(NssStatus::tryagain, NO_RECOVERY)
                     : failure(NssStatus::notfound, HOST_NOT_FOUND);
    }
    Found found;
    found.status = NssStatus::success;
    found.hosts = std::move(records.hosts);
    if (!alone) records.names.resize(records.names_before_hosts);
    found.canonical_name = std::move(records.names.back());
    records.names.pop_back();
    found.aliases = std::move(records.names);
    return found;
}

// The first answer speaks; the second adds to it, or speaks where the first has nothing to say.
Found join(Found&& first, Found&& second) {
    if (first.found()) {
        first.hosts.insert(first.hosts.end(), second.hosts.begin(), second.hosts.end());
        return std::move(first);
    }
    if (first.status == NssStatus::notfound) return std::move(second);
    return std::move(first);
}

Found read_both(const SearchResult& result) {
    const Packet& v4 = result.packets[0];
    const Packet& v6 = result.packets[1];
    Found first =
        v4.empty() ? failure(NssStatus::notfound, HOST_NOT_FOUND) : read_addresses(v4, dns::type_a, false);
    if (v6.empty()) return first;
    return join(std::move(first), read_addresses(v6, dns::type_aaaa, false));
}

// IPv6 addresses with an IPv4 address in them (::ffff:1.2.3.4, ::1.2.3.4) have its name.
Host without_v6_prefix(const Host& host) {
    if (host.family != AF_INET6) return host;
    constexpr std::array<std::uint8_t, 12> zeros{};
    const bool compatible = std::equal(zeros.begin(), zeros.end(), host.bytes.begin()) && !host.is_loopback();
    return host.is_v4_mapped() || compatible ? mapped_to_v4(host) : host;
}

}  // namespace

Found ask_about(const Lookup& lookup, const std::string& name, int family) {
    const bool both = family == AF_UNSPEC;
    if (!is_host_name(name)) return failure(NssStatus::notfound, HOST_NOT_FOUND);
    const int type = family == AF_INET6 ? dns::type_aaaa : dns::type_a;
    SearchRequest request{
        .name = host_alias(name), .types = {type}, .config = lookup.config, .on_cancel = lookup.on_cancel};
    const bool no_aaaa = lookup.config.resolv.no_aaaa;
    if (both && !no_aaaa) request.types.push_back(dns::type_aaaa);
    if (family == AF_INET6 && no_aaaa) return failure(NssStatus::notfound, NO_DATA);
    const SearchResult result = search_name(request);
    if (result.h_errno_value != 0) return failure(result);
    if (request.types.size() == 2) return read_both(result);
    return read_addresses(result.packets[0], type, !both);
}

Found ask_about(const Lookup& lookup, const Host& host) {
    const Host asked = without_v6_prefix(host);
    const SearchResult result = query_name({.name = reverse_name(asked),
                                            .types = {dns::type_ptr},
                                            .config = lookup.config,
                                            .on_cancel = lookup.on_cancel});
    if (result.h_errno_value == NETDB_INTERNAL) return failure(result);
    if (result.h_errno_value != 0) {
        return failure(result.nobody ? NssStatus::unavail : NssStatus::notfound, result.h_errno_value);
    }
    Records records = read_records(result.packets[0], dns::type_ptr);
    if (records.broken) return failure(NssStatus::unavail, NO_RECOVERY, EMSGSIZE);
    if (records.pointer.empty()) return failure(NssStatus::tryagain, NO_RECOVERY);
    Found found;
    found.status = NssStatus::success;
    found.hosts = {asked};
    found.canonical_name = std::move(records.pointer);
    return found;
}

}  // namespace fibers::net
