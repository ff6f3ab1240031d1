// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a hostile name server says, told to libc on threads and to fibers, on a machine of their own: both
// must make the same of it. Where they do not, there is a reason here, or the test fails.
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "netpatch/fibers_only.hpp"
#include "netpatch/netpatch.hpp"
#include "support/dns_calls.hpp"
#include "support/evil_answers.hpp"
#include "support/own_machine.hpp"

namespace {

using test::Query;

constexpr const char* marker = "FIBERS_EVIL_TABLE";  // set in the process that has a machine of its own
constexpr const char* hidden_test = "names: the evil table on a machine of its own";
constexpr int fuzzed_names = 300;

// A difference that is meant to be.
struct Explained {
    const char* query;      // a part of the query's text
    const char* reason;     // why
    const char* libc = "";  // a part of libc's answer
    const char* ours = "";  // and of ours
};
constexpr Explained explained[] = {
    {"'empty-first", "libc leaves a server that says less than a header, we wait for its answer"},
    {"'number-first", "the same"},
    {"'prefix-12.", "libc takes a header alone, and a question that breaks off, for an answer to its own"},
    {"'tcp-length-12.", "the same"},
    {"class-chaos.evil' family 0", "libc takes addresses of every class, if it asks for both families"},
    {"class-chaos-only.evil' family 0", "the same"},
    {"'tcp-wrong-name-first", "libc does not look at the question of an answer by TCP"},
    {"'tcp-length-5-first", "libc leaves a connection with a nonsensical length, we read on"},
    {"'tcp-length-less", "libc asks for both families by one connection, which is out of step after the lie"},
    {"'tcp-close", "libc takes a stream that fails for an unknown name, or not, as an older errno tells"},
    {"'tcp-length-", "the same"},
    {"'tcp-servfail", "the same"},
    {"'tcp-refused", "by TCP libc takes it for an answer, we ask the next server as we do by UDP"},
    {"'tcp-notimp", "the same"},
    {"'edns-unknown", "libc does not ask again without EDNS, we do", "", "10.9.0.7"},
    {"'edns-unknown", "the same", "", "2001:db8:9::7"},
    {"res_search 'edns-unknown", "the same", "h_errno 3", ""},
    {"gethostbyaddr '10.66.0.", "for a name that is no host's libc leaves errno as it was",
     "error 0 h_errno 3", "error 90 h_errno 3"},
};

std::vector<Query> by_family(const std::vector<std::string>& names) {
    std::vector<Query> queries;
    for (const std::string& name : names) {
        for (const int family : {AF_INET, AF_INET6}) {
            for (const int flag : {0, AI_CANONNAME})
                queries.push_back(test::address_query(name, family, flag));
        }
        for (const int family : {AF_INET, AF_INET6}) queries.push_back(test::host_query(name, family));
        for (const int type : {1, 28}) queries.push_back(test::record_query(name, type));
    }
    return queries;
}

std::vector<Query> each_way(const std::vector<std::string>& names) {
    std::vector<Query> queries = by_family(names);
    for (const std::string& name : names) {
        for (const int flag : {0, AI_CANONNAME})
            queries.push_back(test::address_query(name, AF_UNSPEC, flag));
    }
    return queries;
}

std::vector<Query> v4_alone(const std::vector<std::string>& names) {
    std::vector<Query> queries;
    for (const std::string& name : names) queries.push_back(test::address_query(name, AF_INET, 0));
    return queries;
}

std::vector<std::string> numbered(const std::string& word, int from, int to) {
    std::vector<std::string> names;
    for (int i = from; i < to; ++i) names.push_back(word + '-' + std::to_string(i) + ".evil");
    return names;
}

std::vector<Query> about_addresses() {
    std::vector<Query> queries;
    for (std::size_t i = 0; i < test::evil_pointers(); ++i) {
        const std::string address = "10.66.0." + std::to_string(i);
        queries.push_back(test::by_address_query(address));
        queries.push_back(test::name_query(address, NI_NAMEREQD));
    }
    return queries;
}

std::vector<std::string> ask_libc(const std::vector<Query>& queries, std::size_t at_once) {
    std::vector<std::string> answers(queries.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < at_once; ++i) {
        threads.emplace_back([&, i] {
            for (std::size_t j = i; j < queries.size(); j += at_once) answers[j] = test::ask(queries[j]);
        });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
}

std::vector<std::string> ask_fibers(const std::vector<Query>& queries, std::size_t at_once) {
    std::vector<std::string> answers(queries.size());
    test::KernelRun loop;
    for (std::size_t i = 0; i < at_once; ++i) {
        loop.spawn([&, i] {
            for (std::size_t j = i; j < queries.size(); j += at_once) answers[j] = test::ask(queries[j]);
        });
    }
    loop.run();
    return answers;
}

// What the calls that fill a caller's buffer leave in one of `size` bytes, and behind it.
std::string ask_into(const char* name, int size) {
    std::string text;
    std::vector<unsigned char> question(512);
    const int asked = ::res_mkquery(0, name, 1, 1, nullptr, 0, nullptr, question.data(), 512);
    std::ranges::fill_n(question.begin(), 2, static_cast<unsigned char>('n'));
    for (int call = 0; call < 4; ++call) {
        std::vector<unsigned char> room(static_cast<std::size_t>(std::max(size, 0)), '.');
        h_errno = -77;
        errno = 0;
        const int length = call == 0   ? ::res_query(name, 1, 1, room.data(), size)
                           : call == 1 ? ::res_search(name, 1, 1, room.data(), size)
                           : call == 2 ? ::res_querydomain(name, nullptr, 1, 1, room.data(), size)
                                       : ::res_send(question.data(), asked, room.data(), size);
        const int error = length < 0 ? errno : 0;
        text += std::to_string(length) + ' ' + std::to_string(error) + ' ' +
                std::to_string(length < 0 ? h_errno : 0);
        for (std::size_t i = 2; i < room.size(); ++i) text += ' ' + std::to_string(room[i]);
        text += '\n';
    }
    return text;
}

struct Figures {
    std::size_t queries = 0;
    std::size_t equal = 0;
    std::size_t explained = 0;
};

const char* reason_of(const std::string& query, const std::string& libc, const std::string& ours) {
    for (const Explained& each : explained) {
        if (query.find(each.query) != std::string::npos && libc.find(each.libc) != std::string::npos &&
            ours.find(each.ours) != std::string::npos)
            return each.reason;
    }
    return nullptr;
}

void compare(const char* title, const std::vector<Query>& queries, std::size_t at_once, Figures& figures) {
    const auto libcs = ask_libc(queries, at_once);
    const auto ours = ask_fibers(queries, at_once);
    figures.queries += queries.size();
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (ours[i] == libcs[i]) {
            ++figures.equal;
            continue;
        }
        const std::string query = test::to_text(queries[i]);
        const char* const reason = reason_of(query, libcs[i], ours[i]);
        if (reason) ++figures.explained;
        std::cout << (reason ? "explained: " : "UNEXPLAINED: ") << title << ": " << query << "\n  libc "
                  << libcs[i] << "\n  ours " << ours[i] << '\n';
        if (reason) std::cout << "  because " << reason << '\n';
    }
}

void compare_into(const char* name, int size) {
    std::string libcs;
    std::string ours;
    std::thread([&] { libcs = ask_into(name, size); }).join();
    test::run_fibers({[&] { ours = ask_into(name, size); }});
    INFO(name << " into a buffer of " << size);
    CHECK(ours == libcs);
}

}  // namespace

// Runs in a process of its own, which the test below starts.
TEST_CASE(hidden_test, "[.]") {
    if (!::getenv(marker)) return;
    test::OwnMachine machine;
    const std::string why_not = machine.enter({"10.9.0.2/24", "2001:db8:9::2/64"});
    if (!why_not.empty()) {
        std::cout << "SKIPPED: no machine of its own here: " << why_not << '\n';
        return;
    }
    netpatch::patch_all();
    machine.write("nsswitch.conf", "hosts: files dns\n");
    machine.write("resolv.conf", "nameserver 127.0.0.66\noptions timeout:1 attempts:1\n");
    test::ScriptedServer server(test::evil_answer, "127.0.0.66", 53);
    const char* const more = ::getenv("FIBERS_EVIL_FUZZ");  // a number of names
    Figures figures;
    compare("lies", each_way(test::evil_names()), 1, figures);
    compare("codes", each_way(numbered("code", 0, 16)), 1, figures);
    compare("codes and data", each_way(numbered("data", 0, 16)), 1, figures);
    compare("streams", each_way(test::evil_streams()), 1, figures);
    compare("beginnings of an answer", each_way(numbered("prefix", 32, 120)), 1, figures);
    compare("damage", by_family(numbered("fuzz", 0, more ? std::atoi(more) : fuzzed_names)), 1, figures);
    compare("pointers", about_addresses(), 1, figures);
    // libc itself crashes on a buffer that is shorter than a header.
    for (const int size : {12, 13, 40, 60, 100, 512}) compare_into("www.evil", size);
    for (const int size : {512, 4096, 70'000}) compare_into("tcp-longest.evil", size);
    std::vector<Query> silent = v4_alone(test::evil_silent_names());
    std::ranges::copy(v4_alone(numbered("prefix", 0, 32)), std::back_inserter(silent));
    compare("silence", silent, silent.size(), figures);
    machine.write("resolv.conf", "nameserver 127.0.0.66\nsearch fails.evil evil\noptions use-vc\n");
    compare("the first domain fails, by TCP", each_way({"www"}), 1, figures);
    machine.write("resolv.conf", "nameserver 127.0.0.66\noptions edns0 timeout:1 attempts:1\n");
    compare("EDNS is offered",
            each_way({"edns-unknown.evil", "edns.evil", "edns-badvers.evil", "code-1.evil", "www.evil"}), 1,
            figures);
    machine.write("resolv.conf", "nameserver 127.0.0.99\n");
    compare("nobody is there", each_way({"www.evil"}), 1, figures);
    std::cout << "evil names: queries " << figures.queries << ", equal " << figures.equal << ", explained "
              << figures.explained << std::endl;
    CHECK(figures.equal + figures.explained == figures.queries);
}

TEST_CASE("names: libc and fibers make the same of what a hostile server says") {
    const std::string output = test::output_on_own_machine(marker, hidden_test);
    if (const auto skipped = output.find("SKIPPED"); skipped != std::string::npos) {
        WARN(output.substr(skipped, output.find('\n', skipped) - skipped));
        return;
    }
    INFO(output);
    CHECK(output.ends_with("exit code 0\n"));
    const auto figures = output.find("evil names: queries");
    REQUIRE(figures != std::string::npos);
    std::cout << output.substr(figures, output.find('\n', figures) - figures) << std::endl;
}
