// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names and a hostile name server: what no answer may do to us. What we make of one beside libc is in
// dns_evil_table_test.cpp.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

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

// Whether the whole block lies between the two.
bool inside(const void* block, std::size_t size, const std::vector<char>& room, std::size_t begin,
            std::size_t end) {
    const auto at = static_cast<const char*>(block) - room.data();
    return at >= static_cast<std::ptrdiff_t>(begin) &&
           at + static_cast<std::ptrdiff_t>(size) <= static_cast<std::ptrdiff_t>(end);
}

bool aligned(const void* block, std::size_t alignment) {
    return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}

// Everything an entry points to lies in the buffer, where it may be used as what it is.
void check_entry(const hostent& entry, const std::vector<char>& room, std::size_t begin, std::size_t end) {
    CHECK(inside(entry.h_name, std::strlen(entry.h_name) + 1, room, begin, end));
    for (char** const list : {entry.h_aliases, entry.h_addr_list}) {
        CHECK(aligned(list, alignof(char*)));
        for (char** i = list; *i; ++i) CHECK(inside(i, 2 * sizeof(char*), room, begin, end));
    }
    for (char** i = entry.h_aliases; *i; ++i) CHECK(inside(*i, std::strlen(*i) + 1, room, begin, end));
    for (char** i = entry.h_addr_list; *i; ++i) {
        CHECK(aligned(*i, alignof(std::uint32_t)));
        CHECK(inside(*i, static_cast<std::size_t>(entry.h_length), room, begin, end));
    }
}

// Calls with buffers of every size, at every alignment, until one is large enough.
template <class Call>
void try_buffers(Call call) {
    constexpr char guard = '#';
    for (std::size_t offset = 0; offset < alignof(std::max_align_t); offset += 3) {
        bool fitted = false;
        for (std::size_t size = 0; size < 1000 && !fitted; size += 7) {
            std::vector<char> room(offset + size + 64, guard);
            hostent entry{};
            hostent* result = &entry;
            int h_error = 0;
            const int error = call(&entry, room.data() + offset, size, &result, &h_error);
            fitted = error == 0;
            CHECK((fitted ? result == &entry && h_error == 0
                          : error == ERANGE && result == nullptr && h_error == NETDB_INTERNAL));
            if (fitted) check_entry(entry, room, offset, offset + size);
            CHECK(std::string(room.data(), offset) == std::string(offset, guard));
            CHECK(std::string(room.data() + offset + size, 64) == std::string(64, guard));
        }
        CHECK(fitted);
    }
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
    const int stranger = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const test::ScriptedServer server([&](const test::Incoming& question) {
        const std::string lie = test::bad(test::Ask(question.packet));
        ::sendto(stranger, lie.data(), lie.size(), 0, reinterpret_cast<const sockaddr*>(&question.asker),
                 sizeof question.asker);
        return test::evil_answer(question);
    });
    const test::WithOptions options(only(server.address()));
    CHECK(look_up("good.evil", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
    sockaddr_in elsewhere{};
    elsewhere.sin_family = AF_INET;
    elsewhere.sin_addr.s_addr = htonl(0x7f000007);
    const int other_address = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(other_address, reinterpret_cast<const sockaddr*>(&elsewhere), sizeof elsewhere) == 0);
    ::dup2(other_address, stranger);
    CHECK(look_up("better.evil", AF_INET) == "10.9.0.7:0/2/17 10.9.0.7:0/2/17 ");
    ::close(other_address);
    ::close(stranger);
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
    auto asking = only(server.address(), 50ms);
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
    const test::WithOptions options(only(silent.address() + ',' + server.address(), 50ms));
    CHECK(look_up("tcp-good.evil", AF_INET) == "10.9.0.7:0/2/17 ");
    CHECK(silent.questions(test::By::udp) == 1);
    CHECK(silent.questions(test::By::tcp) == 0);
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

TEST_CASE("netpatch names: res_query and its like take no nonsense") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    const auto refuses = [](int result) {
        CHECK(result == -1);
        CHECK(errno == EINVAL);
        errno = 0;
    };
    test::run_fibers({[&] {
        std::array<unsigned char, 512> room{};
        struct __res_state state {};
        for (const int size : {-1, 0, 1, 11}) {
            refuses(::res_query("www.evil", 1, 1, room.data(), size));
            refuses(::res_search("www.evil", 1, 1, room.data(), size));
            refuses(::res_querydomain("www", "evil", 1, 1, room.data(), size));
            refuses(::res_nquery(&state, "www.evil", 1, 1, room.data(), size));
            refuses(::res_send(room.data(), 12, room.data(), size));
            refuses(::res_send(room.data(), size, room.data(), 512));
        }
        refuses(::res_query("www.evil", 1, 1, nullptr, 0));
        CHECK(room == std::array<unsigned char, 512>{});
        // Compilers know that libc's take no null.
        const char* volatile nothing = nullptr;
        refuses(::res_query(nothing, 1, 1, room.data(), 512));
        refuses(::res_search(nothing, 1, 1, room.data(), 512));
        refuses(::res_querydomain(nothing, "evil", 1, 1, room.data(), 512));
        refuses(::res_nsearch(&state, nothing, 1, 1, room.data(), 512));
        CHECK(h_errno == NETDB_INTERNAL);
    }});
    CHECK(server.questions(test::By::udp) == 0);
}

TEST_CASE("netpatch names: an _r form's entry lies in its buffer, however odd that is") {
    const test::ScriptedServer server(test::evil_answer);
    const test::WithOptions options(only(server.address()));
    test::run_fibers({[] {
        try_buffers([](auto... out) { return ::gethostbyname_r("chain-1.evil", out...); });
        try_buffers([](auto... out) { return ::gethostbyname2_r("chain-16.evil", AF_INET6, out...); });
        const in_addr address{htonl(0x0a420000)};
        try_buffers([&](auto... out) { return ::gethostbyaddr_r(&address, 4, AF_INET, out...); });
    }});
}
