// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_search.hpp"

#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "fibers/net/resolver_file.hpp"

namespace fibers::net {
namespace {

constexpr std::size_t longest_name = 1024;

SearchResult failure(int h_errno_value, int sys_errno = 0) {
    SearchResult result;
    result.h_errno_value = h_errno_value;
    result.sys_errno = sys_errno;
    return result;
}

// What several answers without data come to: the first that is an error speaks.
int verdict(const std::vector<const Packet*>& packets) {
    int code = dns::no_error;
    for (const Packet* const packet : packets) {
        if (code == dns::no_error) code = code_of(*packet);
        if (code_of(*packet) == dns::no_error && answers_in(*packet) != 0) return 0;
    }
    switch (code) {
        case dns::no_error:
            return NO_DATA;
        case dns::name_error:
            return HOST_NOT_FOUND;
        case dns::server_failure:
            return TRY_AGAIN;
        default:
            return NO_RECOVERY;
    }
}

SearchResult read_replies(Replies&& replies, std::size_t count) {
    if (replies.cancelled) return failure(NETDB_INTERNAL, ECANCELED);
    SearchResult result;
    std::vector<const Packet*> answered;
    const auto any = [&](ReplyKind kind) {
        return std::any_of(replies.each.begin(), replies.each.begin() + static_cast<std::ptrdiff_t>(count),
                           [&](const Reply& reply) { return reply.kind == kind; });
    };
    for (std::size_t i = 0; i < count; ++i) {
        if (replies.each[i].kind == ReplyKind::answered) answered.push_back(&replies.each[i].packet);
    }
    // Like glibc, which asks for A once more by itself where AAAA alone has come, and then for nothing else.
    const bool a_is_lost = count == 2 && replies.each[0].kind == ReplyKind::silent;
    if (answered.empty() || a_is_lost) {
        if (any(ReplyKind::no_memory)) return failure(NETDB_INTERNAL, ENOMEM);
        result.h_errno_value = TRY_AGAIN;
        result.unavailable = true;
        result.nobody = any(ReplyKind::nobody);
        result.failed = any(ReplyKind::failed) && !any(ReplyKind::silent);
        return result;
    }
    result.h_errno_value = verdict(answered);
    for (std::size_t i = 0; i < count; ++i) result.packets.push_back(std::move(replies.each[i].packet));
    return result;
}

// The name and nothing behind it; a search never asks for the root.
SearchResult query_as_is(const SearchRequest& request) {
    return request.name.empty() ? failure(NO_RECOVERY) : query_name(request);
}

// The name within a domain ("" is the root).
SearchResult query_in_domain(const SearchRequest& request, std::string domain) {
    if (domain.starts_with('.')) domain.erase(0, 1);
    if (request.name.size() + domain.size() + 1 >= longest_name) return failure(NO_RECOVERY);
    SearchRequest longer = request;
    longer.name += '.' + domain;
    return query_name(longer);
}

// A search that is under way.
struct Search {
    const SearchRequest& request;
    std::size_t dots = 0;
    bool trailing_dot = false;
    bool tried_as_is = false;
    bool root_searched = false;
    bool searched = false;
    bool got_nodata = false;
    bool got_failure = false;
    SearchResult last{};

    bool answered() const noexcept { return last.h_errno_value == 0; }
    bool over() const noexcept {
        return answered() || last.h_errno_value == NETDB_INTERNAL || (last.nobody && searched);
    }
    // True if the next domain is worth a try.
    bool may_go_on() noexcept {
        if (last.h_errno_value == NO_DATA) got_nodata = true;
        if (last.failed) got_failure = true;
        return last.h_errno_value == NO_DATA || last.h_errno_value == HOST_NOT_FOUND || last.failed;
    }
    void try_domains() {
        for (const std::string& domain : request.config.resolv.search) {
            searched = true;
            if (domain.empty() || domain == ".") root_searched = true;
            last = query_in_domain(request, domain);
            if (over() || !may_go_on()) return;
        }
    }
};

}  // namespace

SearchResult query_name(const SearchRequest& request) {
    if (request.name.size() > longest_name - 1) return failure(NO_RECOVERY);
    const ResolvConf& conf = request.config.resolv;
    Question question{'\'' + request.name + '\'', {}, request.config, conf.edns0};
    for (std::size_t i = 0; i < request.types.size(); ++i) {
        auto packet = make_question(request.name, request.dns_class, request.types[i],
                                    {.edns0 = conf.edns0, .trust_ad = conf.trust_ad});
        if (!packet) return failure(NO_RECOVERY);
        question.packets[i] = std::move(*packet);
    }
    return read_replies(ask_servers(question, request.on_cancel), request.types.size());
}

SearchResult search_name(const SearchRequest& request) {
    const std::string& name = request.name;
    Search search{.request = request};
    search.dots = static_cast<std::size_t>(std::ranges::count(name, '.'));
    search.trailing_dot = name.ends_with('.');
    if (search.dots == 0) {
        SearchRequest alias = request;
        alias.name = host_alias(name);
        if (alias.name != name) return query_name(alias);
    }
    const ResolvConf& conf = request.config.resolv;
    int first_verdict = -1;
    search.last = failure(HOST_NOT_FOUND);
    if (search.dots >= static_cast<std::size_t>(conf.ndots) || search.trailing_dot) {
        search.last = query_as_is(request);
        if (search.over() || search.trailing_dot) return search.last;
        first_verdict = search.last.h_errno_value;
        search.tried_as_is = true;
    }
    if (!search.trailing_dot) search.try_domains();
    if (search.over()) return search.last;
    const bool may_be_a_top_level = search.dots > 0 || !search.searched || !conf.no_tld_query;
    if (may_be_a_top_level && !search.tried_as_is && !search.root_searched) {
        search.last = query_as_is(request);
        if (search.over()) return search.last;
    }
    if (first_verdict != -1) {
        search.last.h_errno_value = first_verdict;
    } else if (search.got_nodata) {
        search.last.h_errno_value = NO_DATA;
    } else if (search.got_failure) {
        search.last.h_errno_value = TRY_AGAIN;
    }
    return search.last;
}

std::string host_alias(const std::string& name) {
    const char* const path = std::getenv("HOSTALIASES");
    if (!path || name.find('.') != std::string::npos) return name;
    std::istringstream file(file_contents(path));
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string alias, target;
        if (words >> alias >> target && ::strcasecmp(alias.c_str(), name.c_str()) == 0) return target;
    }
    return name;
}

}  // namespace fibers::net
