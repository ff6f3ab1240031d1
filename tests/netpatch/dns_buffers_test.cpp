// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names and what callers hand in: buffers of every size, questions and names that are none.
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "fibers/net/resolver_packet.hpp"
#include "netpatch/fibers_only.hpp"
#include "support/evil_answers.hpp"
#include "support/own_file.hpp"
#include "support/resolver_run.hpp"

using namespace std::chrono_literals;

namespace {

// Options that ask the servers alone.
fibers::net::ResolverOptions only(const std::string& servers, fibers::Duration timeout = 5s) {
    return {.servers = servers, .timeout = timeout, .tries = 1, .hosts = "/nonexistent"};
}

std::string question_about(const std::string& name, int type) {
    const auto packet = fibers::net::make_question(name, 1, type, {});
    return {packet->begin(), packet->end()};
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

TEST_CASE("netpatch names: a damaged question of a program's own does no harm") {
    netpatch::patch_all();
    const test::ScriptedServer server(test::evil_answer);
    const test::OwnFile resolv_conf("options edns0\n");
    auto asking = only(server.address(), 20ms);
    asking.resolv_conf = resolv_conf.path();
    const test::WithOptions options(asking);
    const std::string good = question_about("edns-unknown.evil", 1);
    unsigned next = 0;
    test::KernelRun loop;
    for (int i = 0; i < 16; ++i) {
        loop.spawn([&] {
            while (next < 200) {
                const std::string damaged = test::mutated(good, next++, 2);
                std::array<unsigned char, 512> room{};
                const auto* const bytes = reinterpret_cast<const unsigned char*>(damaged.data());
                const int length =
                    ::res_send(bytes, static_cast<int>(damaged.size()), room.data(), room.size());
                CHECK((length == -1 || length >= 12));
            }
        });
    }
    loop.run();
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
