// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_source.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace fibers::net {
namespace {

HostList failure(int eai, int sys_errno = 0) {
    HostList list;
    list.eai = eai;
    list.sys_errno = sys_errno;
    return list;
}

bool known(const NameSource& source) {
    return source.name == "files" || source.name == "dns";
}

Found find_in(const NameSource& source, const Lookup& lookup, const std::string& name, int family) {
    if (source.name == "dns") return ask_about(lookup, name, family);
    Found found = find_in_file(lookup.config, name, family);
    if (found.found()) count(Answered::by_hosts);
    return found;
}

// A lookup of getaddrinfo() on its way through the sources. What "no data" was learned about each family
// decides the code in the end.
class AddressSearch {
public:
    AddressSearch(const Lookup& lookup, const std::string& name, int family, int flags)
        : lookup_(lookup), name_(name), family_(family), flags_(flags) {}

    HostList run() {
        for (const NameSource& source : lookup_.config.sources) {
            if (!known(source)) continue;
            hosts_.clear();
            canonical_name_.clear();
            Found last = family_ == AF_UNSPEC ? both(source) : one(source);
            if (last.h_errno_value == NETDB_INTERNAL) return failure(EAI_SYSTEM, last.sys_errno);
            if (source.ends_at(last.status)) break;
        }
        if (no_data_ != 0 && no_v6_data_ != 0) {
            const bool again = no_data_ == EAI_AGAIN && no_v6_data_ == EAI_AGAIN;
            return failure(again ? EAI_AGAIN : EAI_NODATA);
        }
        drop_mapped();
        if (hosts_.empty()) return failure(EAI_NONAME);
        HostList list;
        list.hosts = std::move(hosts_);
        list.canonical_name = std::move(canonical_name_);
        return list;
    }

private:
    Found both(const NameSource& source) {
        Found found = take(find_in(source, lookup_, name_, AF_UNSPEC), AF_UNSPEC);
        no_v6_data_ = no_data_;
        return found;
    }

    // The family asked for, and IPv4 for IPv6 where that may stand in.
    Found one(const NameSource& source) {
        Found v6;
        if (family_ == AF_INET6) {
            v6 = take(find_in(source, lookup_, name_, AF_INET6), AF_INET6);
            no_v6_data_ = no_data_;
            got_v6_ = v6.found();
            const bool maps = (flags_ & AI_V4MAPPED) && ((flags_ & AI_ALL) || !got_v6_);
            if (!maps || v6.h_errno_value == NETDB_INTERNAL) return v6;
        }
        Found v4 = take(find_in(source, lookup_, name_, AF_INET), AF_INET);
        if (family_ == AF_INET) no_v6_data_ = no_data_;
        if (v4.h_errno_value == NETDB_INTERNAL || family_ == AF_INET) return v4;
        return joined(std::move(v6), std::move(v4));
    }

    static Found joined(Found&& v6, Found&& v4) {
        if (v6.found()) return std::move(v6);
        if (v4.found() || v6.status == NssStatus::unavail) return std::move(v4);
        const bool v6_says_more = v6.status == NssStatus::tryagain || v4.status == NssStatus::unavail;
        return v6_says_more ? std::move(v6) : std::move(v4);
    }

    Found take(Found&& found, int family) {
        no_data_ = 0;
        if (found.h_errno_value == TRY_AGAIN) no_data_ = EAI_AGAIN;
        if (found.h_errno_value == NO_DATA) no_data_ = 1;
        if (!found.found()) return std::move(found);
        for (Host& host : found.hosts) {
            const bool maps = family == AF_INET && family_ == AF_INET6;
            hosts_.push_back(maps ? mapped_to_v6(host) : host);
        }
        if (canonical_name_.empty()) canonical_name_ = found.canonical_name;
        return std::move(found);
    }

    // Who has IPv6 addresses wants no mapped ones, wherever they come from.
    void drop_mapped() {
        if (got_v6_ && (flags_ & (AI_V4MAPPED | AI_ALL)) == AI_V4MAPPED) {
            std::erase_if(hosts_, [](const Host& host) { return host.is_v4_mapped(); });
        }
    }

    const Lookup& lookup_;
    const std::string& name_;
    int family_;
    int flags_;
    int no_data_ = 0;     // of the last lookup: EAI_AGAIN, 1 (no data) or 0
    int no_v6_data_ = 0;  // of the one for IPv6 or both
    bool got_v6_ = false;
    std::vector<Host> hosts_;
    std::string canonical_name_;
};

// Who wants IPv4 alone and no canonical name is answered as by gethostbyname2_r().
HostList find_v4_addresses(const Lookup& lookup, const std::string& name) {
    Found found = find_host(lookup, name, AF_INET);
    if (found.found()) {
        HostList list;
        list.hosts = std::move(found.hosts);
        return list;
    }
    if (found.h_errno_value == NETDB_INTERNAL) return failure(EAI_SYSTEM, found.sys_errno);
    if (found.status == NssStatus::notfound)
        return failure(found.h_errno_value == NO_DATA ? EAI_NODATA : EAI_NONAME);
    return failure(found.h_errno_value == TRY_AGAIN ? EAI_AGAIN : EAI_NODATA);
}

Found number_found(const std::string& name, const Host& host, bool valid) {
    Found found;
    found.status = valid ? NssStatus::success : NssStatus::notfound;
    found.h_errno_value = valid ? 0 : HOST_NOT_FOUND;
    if (valid) found.hosts = {host};
    if (valid) found.canonical_name = name;
    return found;
}

bool consists_of(const std::string& name, int (*kind)(int), const char* others) {
    return std::ranges::all_of(name, [&](char c) {
        return kind(static_cast<unsigned char>(c)) != 0 || std::string(others).find(c) != std::string::npos;
    });
}

// What looks like a number is one, or no name at all; with a dot at its end it is a name after all.
std::optional<Found> number_as_host(const std::string& name, int family) {
    if (name.empty() || name.ends_with('.')) return std::nullopt;
    const auto first = static_cast<unsigned char>(name.front());
    if (std::isdigit(first) && consists_of(name, &::isdigit, ".")) {
        std::uint8_t bytes[16];
        const bool valid = family == AF_INET
                               ? ::inet_aton(name.c_str(), reinterpret_cast<in_addr*>(bytes)) != 0
                               : ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
        return number_found(name, valid ? make_host(family, bytes) : Host{}, valid);
    }
    const bool colon = name.front() == ':' || (std::isxdigit(first) && name.find(':') != std::string::npos);
    if (!colon) return std::nullopt;
    if (family == AF_INET) return number_found(name, {}, false);
    if (!consists_of(name, &::isxdigit, ":.")) return std::nullopt;
    std::uint8_t bytes[16];
    const bool valid = ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
    return number_found(name, valid ? make_host(AF_INET6, bytes) : Host{}, valid);
}

// The first source that ends the lookup speaks, or the last.
template <class Ask>
Found ask_sources(const NameConfig& config, Ask&& ask) {
    Found found;
    found.h_errno_value = NO_RECOVERY;
    for (const NameSource& source : config.sources) {
        if (!known(source)) continue;
        found = ask(source);
        if (found.h_errno_value == NETDB_INTERNAL || source.ends_at(found.status)) break;
    }
    return found;
}

}  // namespace

HostList find_addresses(const Lookup& lookup, const std::string& name, int family, int flags) {
    if (family == AF_INET && !(flags & AI_CANONNAME)) return find_v4_addresses(lookup, name);
    return AddressSearch(lookup, name, family, flags).run();
}

Found find_host(const Lookup& lookup, const std::string& name, int family) {
    if (auto number = number_as_host(name, family)) {
        count(Answered::by_number);
        return std::move(*number);
    }
    return ask_sources(lookup.config,
                       [&](const NameSource& source) { return find_in(source, lookup, name, family); });
}

Found find_name(const Lookup& lookup, const Host& host) {
    return ask_sources(lookup.config, [&](const NameSource& source) {
        if (source.name == "dns") return ask_about(lookup, host);
        Found found = find_in_file(lookup.config, host);
        if (found.found()) count(Answered::by_hosts);
        return found;
    });
}

}  // namespace fibers::net
