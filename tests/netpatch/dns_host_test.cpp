// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// gethostbyname's family, h_errno, res_query's family and getaddrinfo_a as programs call them in fibers. What
// they answer beside libc is in dns_table_test.cpp; here is what only fibers have: results of their own,
// waiting together, being cancelled.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fibers/kernel/sanitizer.hpp"
#include "netpatch/fibers_only.hpp"
#include "netpatch/netpatch.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

using namespace std::string_literals;

namespace {

fibers::net::ResolverOptions only(const test::NameServer& server) {
    return {
        .servers = server.address(), .timeout = std::chrono::seconds(5), .tries = 2, .hosts = "/nonexistent"};
}

std::string first_address(const hostent* entry) {
    char text[INET6_ADDRSTRLEN];
    return entry ? ::inet_ntop(entry->h_addrtype, entry->h_addr_list[0], text, sizeof text) : "none";
}

void add_two(test::NameServer& server) {
    server.add("one.test", test::Record::a, "10.0.0.1");
    server.add("two.test", test::Record::a, "10.0.0.2");
    server.add("2.0.0.10.in-addr.arpa", test::Record::ptr, "two.test");
}

}  // namespace

TEST_CASE("netpatch names: gethostbyname's result and h_errno are the fiber's own") {
    test::NameServer server;
    add_two(server);
    server.hold_until(3);  // none is answered before all have asked
    const test::WithOptions options(only(server));
    const auto look = [](const char* name, const char* address) {
        const hostent* const entry = ::gethostbyname(name);
        test::let_fibers_wait();  // the others get theirs
        CHECK(entry->h_name == std::string(name));
        CHECK(first_address(entry) == address);
        CHECK(h_errno == 0);
    };
    test::run_fibers({[&] { look("one.test", "10.0.0.1"); }, [&] { look("two.test", "10.0.0.2"); },
                      [] {
                          CHECK_FALSE(::gethostbyname("unknown.test"));
                          test::let_fibers_wait();
                          CHECK(h_errno == HOST_NOT_FOUND);
                      }});
    CHECK(server.most_outstanding() == 3);
}

TEST_CASE("netpatch names: the _r forms say when the buffer is too small, and fit exactly when it is not") {
    test::NameServer server;
    add_two(server);
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        bool fitted = false;
        for (std::size_t size = 0; size < 200 && !fitted; ++size) {
            std::vector<char> room(size);  // ASan watches its end
            hostent entry{};
            hostent* result = nullptr;
            int error = 0;
            const int returned = ::gethostbyname_r("one.test", &entry, room.data(), size, &result, &error);
            fitted = returned == 0;
            if (fitted) CHECK(first_address(result) == "10.0.0.1");
            if (fitted) continue;
            CHECK(returned == ERANGE);
            CHECK(error == NETDB_INTERNAL);
            CHECK_FALSE(result);
        }
        CHECK(fitted);
        const in_addr two{htonl(0x0a000002)};
        CHECK(::gethostbyaddr(&two, sizeof two, AF_INET)->h_name == std::string("two.test"));
    }});
}

TEST_CASE("netpatch names: a cancelled lookup answers ECANCELED, each call in its way") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    netpatch::patch_all();
    test::KernelRun loop;
    std::vector<fibers::kernel::Fiber*> askers;
    askers.push_back(&loop.spawn([] {
        CHECK_FALSE(::gethostbyname("silent.test"));
        CHECK(errno == ECANCELED);
        CHECK(h_errno == NETDB_INTERNAL);
    }));
    askers.push_back(&loop.spawn([] {
        std::array<unsigned char, 512> answer{};
        CHECK(::res_query("silent.test", 1, 1, answer.data(), answer.size()) == -1);
        CHECK(errno == ECANCELED);
    }));
    askers.push_back(&loop.spawn([] {
        gaicb request{};
        request.ar_name = "silent.test";
        std::array<gaicb*, 1> list{&request};
        CHECK(::getaddrinfo_a(GAI_WAIT, list.data(), 1, nullptr) == EAI_INTR);
        CHECK(::gai_error(&request) == EAI_INPROGRESS);
        CHECK(::gai_cancel(&request) == EAI_CANCELED);
        CHECK(::gai_error(&request) == EAI_CANCELED);
        test::let_fibers_wait();  // the request's fiber ends before the loop does
    }));
    loop.spawn([&] {
        test::let_fibers_wait();
        for (auto* const asker : askers) fibers::kernel::request_cancel(*asker, "");
    });
    loop.run();
}

TEST_CASE("netpatch names: res_query gives the packet, and what it is no answer for") {
    test::NameServer server;
    add_two(server);
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        std::array<unsigned char, 512> answer{};
        const int length = ::res_query("one.test", 1, 1, answer.data(), answer.size());
        REQUIRE(length > 12);
        CHECK(std::string(reinterpret_cast<char*>(answer.data()) + length - 4, 4) == "\x0a\0\0\x01"s);
        CHECK(::res_query("one.test", 1, 28, answer.data(), answer.size()) == -1);
        CHECK(h_errno == NO_DATA);
        CHECK(::res_querydomain("nothing", "test", 1, 1, answer.data(), answer.size()) == -1);
        CHECK(h_errno == HOST_NOT_FOUND);

        std::array<unsigned char, 512> question{};
        const int asked = ::res_mkquery(0, "two.test", 1, 1, nullptr, 0, nullptr, question.data(), 512);
        REQUIRE(asked > 12);
        CHECK(::res_send(question.data(), asked, answer.data(), answer.size()) == length);
        CHECK(std::equal(question.begin(), question.begin() + 2, answer.begin()));  // the number is ours
        CHECK(::res_query("one.test", 1, 1, answer.data(), 20) == 20);  // what does not fit is gone
    }});
}

TEST_CASE("netpatch names: a state of the program's own asks the servers it names") {
    test::NameServer ours;
    test::NameServer theirs;
    theirs.add("one.test", test::Record::a, "10.0.0.9");
    const test::WithOptions options(only(ours));
    test::run_fibers({[&] {
        struct __res_state state {};
        REQUIRE(::res_ninit(&state) == 0);
        const std::string address = theirs.address();
        state.nscount = 1;
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        state.nsaddr_list[0].sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
        std::array<unsigned char, 512> answer{};
        CHECK(::res_nquery(&state, "one.test", 1, 1, answer.data(), answer.size()) > 12);
        CHECK(::res_nsearch(&state, "other.test.", 1, 1, answer.data(), answer.size()) == -1);
        CHECK(state.res_h_errno == HOST_NOT_FOUND);
        ::res_nclose(&state);
    }});
    CHECK(ours.questions() == 0);
    CHECK(theirs.questions() == 2);
}

TEST_CASE("netpatch names: getaddrinfo_a runs its requests side by side") {
    test::NameServer server;
    add_two(server);
    server.hold_until(4);  // A and AAAA of both
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        std::array<gaicb, 3> requests{};
        requests[0].ar_name = "one.test";
        requests[1].ar_name = "two.test";
        requests[2].ar_name = "127.0.0.1";
        std::array<gaicb*, 4> list{&requests[0], nullptr, &requests[1], &requests[2]};
        CHECK(::getaddrinfo_a(GAI_NOWAIT, list.data(), 4, nullptr) == 0);
        CHECK(::gai_error(&requests[0]) == EAI_INPROGRESS);
        while (::gai_suspend(list.data(), 4, nullptr) == 0) continue;
        CHECK(::gai_suspend(list.data(), 4, nullptr) == EAI_ALLDONE);
        CHECK(::gai_cancel(&requests[0]) == EAI_ALLDONE);
        for (gaicb& request : requests) {
            REQUIRE(::gai_error(&request) == 0);
            CHECK(request.ar_result->ai_family == AF_INET);
            ::freeaddrinfo(request.ar_result);
        }
    }});
    CHECK(server.most_outstanding() == 4);
}

TEST_CASE("netpatch names: gai_suspend ends at its time-out, a cancelled request may be freed at once") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    test::run_fibers({[] {
        auto request = std::make_unique<gaicb>();
        request->ar_name = "silent.test";
        std::array<gaicb*, 1> list{request.get()};
        CHECK(::getaddrinfo_a(GAI_NOWAIT, list.data(), 1, nullptr) == 0);
        const timespec no_time{0, 1'000'000};
        CHECK(::gai_suspend(list.data(), 1, &no_time) == EAI_AGAIN);
        CHECK(::gai_cancel(request.get()) == EAI_CANCELED);
        request.reset();
        test::let_fibers_wait();
        CHECK(::getaddrinfo_a(77, list.data(), 0, nullptr) == EAI_SYSTEM);
        CHECK(errno == EINVAL);
    }});
}

TEST_CASE("netpatch names: what is no host's name is not asked for, although a server may know it") {
    test::NameServer server;
    for (const char* const name : {"a@b.test", "-a.test", "a b.test"}) {
        server.add(name, test::Record::a, "10.0.0.4");
    }
    const test::WithOptions options(only(server));
    netpatch::patch_all();
    test::run_fibers({[] {
        for (const char* const name : {"a@b.test", "-a.test", "a b.test", "a..b"}) {
            CHECK_FALSE(::gethostbyname(name));
            CHECK(h_errno == HOST_NOT_FOUND);
        }
    }});
    CHECK(server.questions() == 0);
}

TEST_CASE("netpatch names: the report names sources that are not asked") {
    auto options = fibers::net::resolver_options();
    char path[] = "/tmp/fibers-nsswitch-XXXXXX";
    const int fd = ::mkstemp(path);
    const std::string line = "hosts: files mdns4_minimal [NOTFOUND=return] dns myhostname\n";
    REQUIRE(::write(fd, line.c_str(), line.size()) == static_cast<ssize_t>(line.size()));
    ::close(fd);
    options.nsswitch = path;
    const test::WithOptions with(options);
    CHECK(netpatch::report().unasked == std::vector<std::string>{"mdns4_minimal", "myhostname"});
    ::unlink(path);
}

namespace {

// Every call of the family, about what needs no server: the answers as text.
std::string ask_all() {
    std::string text;
    const hostent* const entry = ::gethostbyname("127.0.0.1");
    text += first_address(entry);
    (void)::gethostbyname("1.2.3.4.5");
    text += ' ' + std::to_string(h_errno);
    const in_addr loopback{htonl(INADDR_LOOPBACK)};
    std::array<char, 4096> room{};
    hostent named{};
    hostent* result = nullptr;
    int error = 0;
    ::gethostbyaddr_r(&loopback, sizeof loopback, AF_INET, &named, room.data(), room.size(), &result, &error);
    text += result ? ' ' + std::string(result->h_name) : " none";
    addrinfo* list = nullptr;
    text += ' ' + std::to_string(::getaddrinfo("localhost", "http", nullptr, &list));
    if (list) ::freeaddrinfo(list);
    std::array<gaicb*, 1> none{nullptr};
    return text + ' ' + std::to_string(::gai_suspend(none.data(), 1, nullptr));
}

std::string handlers_answer;

void on_signal(int) {
    handlers_answer = ask_all();
}

}  // namespace

TEST_CASE("netpatch names: plain threads, signal handlers and forked children have libc's answers") {
    std::string threads;
    std::string fibers_own;
    std::thread([&] { threads = ask_all(); }).join();
    const auto before = netpatch::report().foreign_lookups;
    test::run_fibers({[&] {
        fibers_own = ask_all();
        // TSan holds it against every handler that it is no place for malloc; this one is raised, not sent.
        struct sigaction action {};
        action.sa_handler = fibers::kernel::sanitizer::tsan ? SIG_IGN : &on_signal;
        struct sigaction old {};
        ::sigaction(SIGUSR1, &action, &old);
        ::raise(SIGUSR1);
        ::sigaction(SIGUSR1, &old, nullptr);
        const pid_t child = ::fork();
        if (child == 0) ::_exit(ask_all() == threads ? 7 : 1);
        int status = 0;
        while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
        CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
    }});
    CHECK(fibers_own == threads);
    if (!fibers::kernel::sanitizer::tsan) CHECK(handlers_answer == threads);
    std::thread([&] { (void)ask_all(); }).join();
    CHECK(netpatch::report().foreign_lookups == before + 4);
}
