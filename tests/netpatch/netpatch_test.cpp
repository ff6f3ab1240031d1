// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The switch itself: what is patched, what goes straight through, what is counted.
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <threads.h>

#include <algorithm>
#include <sstream>

#include "fibers/kernel/sanitizer.hpp"
#include "netpatch/fibers_only.hpp"

namespace {

using test::Descriptors;
using test::Pair;

}  // namespace

TEST_CASE("names: what is patched, and libc's own", "[netpatch]") {
    netpatch::patch_all();
    CHECK(netpatch::is_patched("read"));
    CHECK(netpatch::is_patched("getaddrinfo"));
    CHECK(netpatch::is_patched("__poll"));
    CHECK_FALSE(netpatch::is_patched("printf"));
    CHECK_FALSE(netpatch::is_patched(""));
    CHECK(netpatch::get_original<int(int)>("no_such_function") == nullptr);
    using Read = ssize_t(int, void*, size_t);
    Read* const original = netpatch::get_original<Read>("read");
    REQUIRE(original != nullptr);
    CHECK(original == netpatch::get_original<Read*>("read"));
    char byte = 0;
    errno = 0;
    CHECK(original(-1, &byte, 1) == -1);
    CHECK(errno == EBADF);
}

TEST_CASE("calls from shared libraries reach us", "[netpatch]") {
    netpatch::patch_all();
    CHECK(netpatch::report().reached);
}

TEST_CASE("Passthrough: calls of this fiber block the thread, those of others do not", "[netpatch]") {
    netpatch::patch_all();
    bool other_ran = false;
    test::run_fibers({[&] {
                          {
                              const netpatch::Passthrough straight;
                              const netpatch::Passthrough nested;
                              ::usleep(1000);
                              CHECK_FALSE(other_ran);
                          }
                          ::usleep(1000);
                          CHECK(other_ran);
                      },
                      [&] {
                          ::usleep(1);
                          other_ran = true;
                      }});
    const netpatch::Passthrough outside;  // nothing to switch
}

TEST_CASE("the report counts calls of fibers, those that passed and those that waited", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const auto before = test::count_of("read");
    char byte = 0;
    test::run_fibers({[&] {
                          ::read(pair.near, &byte, 1);
                          ::read(pair.near, &byte, 1);
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::write(pair.far, "ab", 2);
                      }});
    const auto after = test::count_of("read");
    CHECK(after.waited - before.waited == 1);
    CHECK(after.passed - before.passed == 1);
    ::write(pair.far, "c", 1);
    ::read(pair.near, &byte, 1);
    CHECK(test::count_of("read").passed == after.passed);

    std::ostringstream text;
    text << netpatch::report();
    CHECK(text.str().find("\nread ") != std::string::npos);
}

TEST_CASE("lookups of plain threads are libc's, and counted", "[netpatch]") {
    netpatch::patch_all();
    const auto before = netpatch::report().foreign_lookups;
    std::thread([] {
        addrinfo* found = nullptr;
        CHECK(::getaddrinfo("127.0.0.1", nullptr, nullptr, &found) == 0);
        ::freeaddrinfo(found);
    }).join();
    CHECK(netpatch::report().foreign_lookups == before + 1);
}

TEST_CASE("a call that keeps succeeding gives way after a budget", "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    int turns_of_other = 0;
    bool over = false;
    test::run_fibers({[&] {
                          char byte = 0;
                          for (int i = 0; i < 1000; ++i) {
                              REQUIRE(::write(pair.far, "x", 1) == 1);
                              REQUIRE(::read(pair.near, &byte, 1) == 1);
                              pollfd look{pair.near, POLLIN, 0};
                              REQUIRE(::poll(&look, 1, 0) == 0);
                          }
                          over = true;
                      },
                      [&] {
                          while (!over) {
                              ++turns_of_other;
                              fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
                          }
                      }});
    CHECK(turns_of_other >= 10);
}

TEST_CASE("pthread_join lets others run, and gives what the thread returned", "[netpatch]") {
    test::check_same([](Descriptors&) -> std::vector<test::Party> {
        return {[](test::Trace& trace) {
            const auto start = [](void* wait) -> void* {
                if (wait) ::usleep(20'000);
                return reinterpret_cast<void*>(42);
            };
            for (void* wait : {reinterpret_cast<void*>(1), static_cast<void*>(nullptr)}) {
                pthread_t thread;
                trace.note("create", ::pthread_create(&thread, nullptr, start, wait));
                if (!wait) test::let_others_wait();
                void* result = nullptr;
                trace.note("join", ::pthread_join(thread, &result));
                trace.note("result", reinterpret_cast<std::intptr_t>(result));
            }
            trace.note("self", ::pthread_join(::pthread_self(), nullptr));
            if (fibers::kernel::sanitizer::tsan) return;  // it does not know C11's threads
            thrd_t thread;
            trace.note("create", ::thrd_create(
                                     &thread,
                                     [](void*) {
                                         ::usleep(10'000);
                                         return 7;
                                     },
                                     nullptr));
            int result = 0;
            trace.note("join", ::thrd_join(thread, &result));
            trace.note("result", result);
        }};
    });
    bool other_ran = false;
    test::run_fibers({[&] {
                          std::thread thread([] { ::usleep(20'000); });
                          thread.join();
                          CHECK(other_ran);
                      },
                      [&] { other_ran = true; }});
}

TEST_CASE("numbers and hosts in getaddrinfo and getnameinfo, beside libc's", "[netpatch]") {
    test::check_same([](Descriptors&) -> std::vector<test::Party> {
        return {[](test::Trace& trace) {
            addrinfo hints{};
            hints.ai_flags = AI_CANONNAME | AI_NUMERICHOST;
            for (const char* node : {"127.0.0.1", "::1", "not a number"}) {
                addrinfo* found = nullptr;
                trace.note(node, ::getaddrinfo(node, "http", &hints, &found));
                for (const addrinfo* at = found; at; at = at->ai_next) {
                    trace.note("family", at->ai_family);
                    trace.note("type", at->ai_socktype);
                    trace.note("protocol", at->ai_protocol);
                    trace.note("length", at->ai_addrlen);
                    trace.note_bytes(at->ai_addr, at->ai_addrlen);
                    trace.note_text(at->ai_canonname ? at->ai_canonname : "no name");
                }
                if (found) ::freeaddrinfo(found);
            }
            const sockaddr_in address = test::loopback(80);
            std::array<char, 64> host{};
            std::array<char, 64> service{};
            for (const socklen_t room : {socklen_t{64}, socklen_t{3}}) {
                trace.note("getnameinfo",
                           ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address,
                                         host.data(), room, service.data(), 64, NI_NUMERICHOST));
            }
            trace.note_text(host.data());
            trace.note_text(service.data());
            trace.note("nobody", ::getnameinfo(nullptr, 0, host.data(), 64, nullptr, 0, 0));
        }};
    });
}
