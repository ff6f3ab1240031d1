// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names and a hostile name server: what no answer may do to us. What we make of one beside libc is in
// dns_evil_table_test.cpp.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_packet.hpp"
#include "netpatch/fibers_only.hpp"
#include "support/evil_answers.hpp"
#include "support/evil_lies.hpp"
#include "support/own_file.hpp"
#include "support/resolver_run.hpp"

using fibers::net::Packet;
using namespace std::chrono_literals;

namespace {

// Options that ask the servers alone.
fibers::net::ResolverOptions only(const std::string& servers, fibers::Duration timeout = 5s) {
    return {.servers = servers, .timeout = timeout, .tries = 1, .hosts = "/nonexistent"};
}

// In the running fiber, or in one of its own.
std::string look_up_here(const std::string& name, int family) {
    return test::to_text(
        fibers::net::resolve({.node = name.c_str(), .family = family, .socktype = SOCK_DGRAM}));
}
std::string look_up(const std::string& name, int family = AF_UNSPEC) {
    return test::to_text(test::resolve({.node = name.c_str(), .family = family, .socktype = SOCK_DGRAM}));
}

std::string name_of(const char* address, int flags) {
    const sockaddr_storage whole = test::socket_address(address, 0);
    const auto result = test::reverse({.address = reinterpret_cast<const sockaddr*>(&whole),
                                       .length = sizeof(sockaddr_in),
                                       .flags = flags});
    return result.eai == 0 ? result.host : test::eai_name(result.eai);
}

std::string question_about(const std::string& name, int type) {
    const auto packet = fibers::net::make_question(name, 1, type, {});
    return {packet->begin(), packet->end()};
}

Packet as_packet(const std::string& bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("names: an answer that breaks off anywhere brings only what stands before, and is broken") {
    for (const int type : {1, 28}) {
        const std::string whole = test::good_answer(question_about("www.evil", type));
        const auto all = fibers::net::read_records(as_packet(whole), type);
        CHECK(all.hosts.size() == 2);
        CHECK_FALSE(all.broken);
        for (std::size_t size = fibers::net::dns::header_size; size < whole.size(); ++size) {
            const auto some = fibers::net::read_records(as_packet(whole.substr(0, size)), type);
            CHECK(some.broken);
            CHECK(some.hosts.size() < all.hosts.size());
        }
    }
}

TEST_CASE("names: random damage to an answer is read without harm") {
    std::mt19937 random(1);
    for (unsigned i = 0; i < 2000; ++i) {
        const int type = std::array{1, 28, 12}[i % 3];
        const std::string question = question_about("www.evil", type);
        // Anywhere behind the number, or only in the records.
        const std::size_t from = i % 2 == 0 ? 2 : question.size();
        const std::string whole =
            type == 12
                ? test::evil_answer({question_about("0.0.66.10.in-addr.arpa", 12), test::By::udp, {}}).front()
                : test::good_answer(question);
        Packet packet = as_packet(test::mutated(whole, static_cast<unsigned>(random()), from));
        packet.shrink_to_fit();  // ASan watches its end
        const auto records = fibers::net::read_records(packet, type);
        CHECK(records.hosts.size() <= packet.size() / 15);
        (void)fibers::net::is_answer_to(as_packet(question), packet);
        (void)fibers::net::is_answer_to(packet, as_packet(question));
    }
}

TEST_CASE("names: chains of aliases of any length end, and so do loops") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    for (const char* length : {"1", "16", "100"})
        CHECK(look_up("chain-" + std::string(length) + ".evil", AF_INET) == "10.9.0.7:0/2/17 ");
    CHECK(look_up("alias-loop.evil") == "EAI_NONAME");
    CHECK(look_up("alias-of-others-too.evil") == "EAI_NONAME");
    CHECK(look_up("address-of-others-too.evil", AF_INET) == "10.9.0.7:0/2/17 ");
    CHECK(look_up("class-chaos-only.evil") == "EAI_NONAME");
}

TEST_CASE("names: liars who do not know the question are not heard") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    for (const char* liar : {"wrong-id", "wrong-name", "wrong-type", "wrong-class", "two-questions",
                             "no-question", "empty", "number"})
        CHECK(look_up(liar + std::string("-first.evil"), AF_INET) == "10.9.0.7:0/2/17 ");
    CHECK(look_up("good-first.evil", AF_INET) == "10.9.0.7:0/2/17 ");
}

TEST_CASE("names: an answer from another address or port is not heard") {
    const int other_port = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int other_address = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in elsewhere{};
    elsewhere.sin_family = AF_INET;
    elsewhere.sin_addr.s_addr = htonl(0x7f000007);
    REQUIRE(::bind(other_address, reinterpret_cast<const sockaddr*>(&elsewhere), sizeof elsewhere) == 0);
    for (const int stranger : {other_port, other_address}) {
        const test::ScriptedServer server([stranger](const test::Incoming& question) {
            const std::string lie = test::bad(test::Ask(question.packet));
            ::sendto(stranger, lie.data(), lie.size(), 0, reinterpret_cast<const sockaddr*>(&question.asker),
                     sizeof question.asker);
            return test::evil_answer(question);
        });
        const test::WithOptions options(only(server.address()));
        CHECK(look_up("good.evil", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
    }
    ::close(other_address);
    ::close(other_port);
}

namespace {

// Asks many at a time about names numbered behind `word`, and about an honest one between; how many of those
// were answered well, of both kinds.
struct Right {
    int numbered = 0;
    int honest = 0;
};
Right right_among(const std::string& word, int count, int tries) {
    const test::ScriptedServer server(test::evil_answer);
    auto asking = only(server.address());
    asking.tries = tries;
    const test::WithOptions options(asking);
    const auto is_right = [](const std::string& name) {
        return look_up_here(name, AF_INET).starts_with("10.9.0.7:0/2/17 ") ? 1 : 0;
    };
    int next = 0;
    Right right;
    test::KernelRun loop;
    for (int i = 0; i < 16; ++i) {
        loop.spawn([&] {
            while (next < count) {
                right.numbered += is_right(word + std::to_string(next++) + ".evil");
                right.honest += is_right("www.evil");
            }
        });
    }
    loop.run();
    return right;
}

// How much fuzzing.
int storm_size() {
    const char* const more = ::getenv("FIBERS_EVIL_FUZZ");
    return more ? std::atoi(more) : 500;
}

}  // namespace

TEST_CASE("names: a storm of damaged packets hurts no other lookup") {
    CHECK(right_among("storm-", storm_size(), 1).honest == storm_size());
}

TEST_CASE("names: a storm of damaged streams hurts no other lookup") {
    CHECK(right_among("tcp-storm-", storm_size(), 1).honest == storm_size());
}

TEST_CASE("names: a server that ends each stream after one answer is as good as another") {
    const Right right = right_among("tcp-once-", 200, 1);
    CHECK(right.numbered == 200);
    CHECK(right.honest == 200);
}

TEST_CASE("names: a failure counts only if it is about the question") {
    const test::ScriptedServer server(test::evil_answer);
    const test::OwnFile resolv_conf("search evil good.evil\n");
    auto asking = only(server.address(), 500ms);
    asking.resolv_conf = resolv_conf.path();
    const test::WithOptions options(asking);
    // Behind a domain without an answer no other is tried, behind one that fails the next.
    CHECK(look_up("only-wrong-name-servfail", AF_INET) == "EAI_NONAME");
    const test::OwnFile failing("search fails.evil good.evil\n");
    asking.resolv_conf = failing.path();
    const test::WithOptions others(asking);
    CHECK(look_up("www", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
}

TEST_CASE("names: a search goes on behind a domain that fails by TCP") {
    const test::ScriptedServer server(test::evil_answer);
    const test::OwnFile resolv_conf("search fails.evil good.evil\noptions use-vc\n");
    auto asking = only(server.address());
    asking.resolv_conf = resolv_conf.path();
    const test::WithOptions options(asking);
    CHECK(look_up("www", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
    CHECK(server.questions(test::By::udp) == 0);
    CHECK(server.questions(test::By::tcp) == 2);
}

TEST_CASE("names: the next server is asked where one knows nothing and asks nobody") {
    const test::ScriptedServer lame(
        [](const test::Incoming& question) { return test::Pieces{test::lame_answer(question.packet)}; });
    const test::ScriptedServer good(test::evil_answer);
    const test::WithOptions options(only(lame.address() + ',' + good.address()));
    CHECK(look_up("www.evil", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
    CHECK(lame.questions(test::By::udp) == 1);
}

TEST_CASE("names: a stream that comes in pieces is put together, one that ends is not waited for") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    CHECK(look_up("tcp-bytes.evil", AF_INET) == "10.9.0.7:0/2/17 ");
    for (const std::string& name : test::evil_streams()) {
        if (name.starts_with("tcp-close")) CHECK(look_up(name, AF_INET) == "EAI_AGAIN");
    }
}

TEST_CASE("names: a stream that says nothing does not outlast the time-out") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address(), 50ms));
    for (const std::string& name : test::evil_silent_streams()) CHECK(look_up(name, AF_INET) == "EAI_AGAIN");
}

TEST_CASE("names: by TCP that server is asked which had more to say") {
    const test::ScriptedServer silent([](const test::Incoming&) { return test::Pieces{}; });
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(silent.address() + ',' + server.address(), 500ms));
    CHECK(look_up("tcp-good.evil", AF_INET) == "10.9.0.7:0/2/17 ");
    CHECK(silent.questions(test::By::udp) == 1);
    CHECK(silent.questions(test::By::tcp) == 0);
}

TEST_CASE("names: servers that know no EDNS are asked without, however many ask") {
    const test::ScriptedServer server(test::evil_answer);
    const test::OwnFile resolv_conf("options edns0\n");
    auto asking = only(server.address());
    asking.resolv_conf = resolv_conf.path();
    const test::WithOptions options(asking);
    test::KernelRun loop;
    for (int i = 0; i < 16; ++i) {
        loop.spawn([] { CHECK(look_up_here("edns-unknown.evil", AF_INET) == "10.9.0.7:0/2/17 "); });
    }
    loop.run();
    CHECK(look_up("many.evil", AF_INET).size() == 300 * std::string("10.9.0.7:0/2/17 ").size());
}

TEST_CASE("names: who is cancelled leaves no stream behind") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address(), 1h));
    test::KernelRun loop;
    auto& asker =
        loop.spawn([] { CHECK_THROWS_AS(look_up_here("tcp-silent.evil", AF_INET), fibers::CancelledError); });
    loop.spawn([&] {
        while (server.questions(test::By::tcp) == 0) test::let_fibers_wait();
        fibers::kernel::request_cancel(asker, "");
    });
    loop.run();
    CHECK(server.questions(test::By::tcp) == 1);
}

TEST_CASE("names: where TCP is refused, a truncated answer is none") {
    const test::ScriptedServer server(test::evil_answer, "127.0.0.1", 0, false);
    const test::WithOptions options(only(server.address()));
    CHECK(look_up("tcp-good.evil", AF_INET) == "EAI_AGAIN");
    CHECK(look_up("www.evil", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
}

TEST_CASE("names: an address's name is a host's, or there is none") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    std::string allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    for (std::size_t i = 0; i < test::evil_pointers(); ++i) {
        const std::string address = "10.66.0." + std::to_string(i);
        const std::string name = name_of(address.c_str(), NI_NAMEREQD);
        INFO(address << " " << name);
        CHECK((name == "EAI_NONAME" || name.find_first_not_of(allowed) == std::string::npos));
        CHECK(name_of(address.c_str(), 0) == (name == "EAI_NONAME" ? address : name));
    }
    CHECK(name_of("10.66.0.0", NI_NAMEREQD) == "good.evil");
    CHECK(name_of("10.66.0.1", NI_NAMEREQD) == "EAI_NONAME");
}
