// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_query.hpp"
#include "support/kernel_run.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

using namespace std::chrono_literals;
using fibers::kernel::Fiber;
using fibers::kernel::OnCancel;
using fibers::net::AddressRequest;
using fibers::net::AddressResult;
using test::Record;

namespace {

// Options that ask `server` alone, patiently; there is no file of hosts.
fibers::net::ResolverOptions only(const test::NameServer& server, int tries = 3) {
    return {.servers = server.address(), .timeout = 5s, .tries = tries, .hosts = "/nonexistent"};
}

AddressRequest stream(const char* node, int family = AF_UNSPEC, int flags = 0) {
    return {.node = node, .service = "80", .flags = flags, .family = family, .socktype = SOCK_STREAM};
}

std::string answer(const AddressRequest& request) {
    return test::to_text(test::resolve(request));
}

}  // namespace

TEST_CASE("resolver: addresses of the family asked for come from the name server") {
    test::NameServer server;
    server.add("both.test", Record::a, "127.0.0.7");
    server.add("both.test", Record::aaaa, "::1");
    server.add("four.test", Record::a, "127.0.0.4");
    server.add("alias.test", Record::cname, "four.test");
    const test::WithOptions options(only(server));

    CHECK(answer(stream("both.test", AF_INET)) == "127.0.0.7:80/1/6 ");
    CHECK(answer(stream("both.test", AF_INET6)) == "[::1]:80/1/6 ");
    CHECK(answer(stream("both.test")) == "[::1]:80/1/6 127.0.0.7:80/1/6 ");
    CHECK(answer(stream("BOTH.test", AF_INET)) == "127.0.0.7:80/1/6 ");
    CHECK(answer(stream("four.test", AF_UNSPEC, AI_CANONNAME)) == "127.0.0.4:80/1/6 four.test");
    CHECK(answer(stream("alias.test", AF_INET, AI_CANONNAME)) == "127.0.0.4:80/1/6 four.test");
    CHECK(answer({.node = "four.test"}) == "127.0.0.4:0/1/6 127.0.0.4:0/2/17 127.0.0.4:0/3/0 ");
}

TEST_CASE("resolver: a server that refuses is passed over at once, for the questions of both families") {
    test::NameServer server;
    server.add("both.test", Record::a, "127.0.0.7");
    server.add("both.test", Record::aaaa, "::1");
    const test::RefusingPort refusing;
    std::string servers = refusing.address();
    servers.append(",").append(server.address());
    // Who waits for the refusing server's answer sits out a time-out longer than the test's.
    const test::WithOptions options({.servers = servers, .timeout = 1h, .tries = 1, .hosts = "/nonexistent"});
    CHECK(answer(stream("both.test")) == "[::1]:80/1/6 127.0.0.7:80/1/6 ");
}

TEST_CASE("resolver: AI_V4MAPPED maps where there is no IPv6 address, with AI_ALL always") {
    test::NameServer server;
    server.add("both.test", Record::a, "127.0.0.7");
    server.add("both.test", Record::aaaa, "::1");
    server.add("four.test", Record::a, "127.0.0.4");
    const test::WithOptions options(only(server));

    CHECK(answer(stream("four.test", AF_INET6)) == "EAI_NODATA");
    CHECK(answer(stream("four.test", AF_INET6, AI_V4MAPPED)) == "[::ffff:127.0.0.4]:80/1/6 ");
    CHECK(answer(stream("both.test", AF_INET6, AI_V4MAPPED)) == "[::1]:80/1/6 ");
    CHECK(answer(stream("both.test", AF_INET6, AI_V4MAPPED | AI_ALL)) ==
          "[::1]:80/1/6 [::ffff:127.0.0.7]:80/1/6 ");
    CHECK(answer(stream("both.test", AF_INET, AI_V4MAPPED | AI_ALL)) == "127.0.0.7:80/1/6 ");
}

TEST_CASE("resolver: what servers say against a name becomes glibc's code") {
    test::NameServer server;
    server.add("four.test", Record::a, "127.0.0.4");
    server.add("known.test", Record::ptr, "a name, but no address");
    const test::WithOptions options(only(server, 1));

    CHECK(answer(stream("unknown.test")) == "EAI_NONAME");
    CHECK(answer(stream("known.test")) == "EAI_NODATA");
    CHECK(answer(stream("four.test", AF_INET6)) == "EAI_NODATA");
    CHECK(answer(stream("servfail.test")) == "EAI_AGAIN");
    CHECK(answer(stream("..")) == "EAI_NONAME");
    CHECK(answer(stream((std::string(64, 'x') + ".test").c_str())) == "EAI_NONAME");
}

TEST_CASE("resolver: a server that does not answer in time is EAI_AGAIN") {
    const test::NameServer server;
    auto impatient = only(server, 2);
    impatient.timeout = 30ms;
    const test::WithOptions options(impatient);
    CHECK(answer(stream("silent.test")) == "EAI_AGAIN");
    CHECK(server.questions() >= 2);
}

TEST_CASE("resolver: no server at all is EAI_AGAIN") {
    auto options = [] {
        const test::NameServer gone;
        return only(gone, 2);
    }();
    options.timeout = 200ms;
    const test::WithOptions in_force(options);
    CHECK(answer(stream("any.test")) == "EAI_AGAIN");
}

TEST_CASE("resolver: a hundred fibers ask at once, before the first is answered") {
    constexpr std::size_t askers = 100;
    test::NameServer server;
    for (std::size_t i = 0; i < askers; ++i) {
        server.add("host" + std::to_string(i) + ".test", Record::a, "10.0.0." + std::to_string(i));
    }
    server.hold_until(askers);
    const test::WithOptions options(only(server));
    const auto asked = fibers::net::resolver_stats().asked;

    test::KernelRun loop;
    std::vector<std::string> answers(askers);
    for (std::size_t i = 0; i < askers; ++i) {
        loop.spawn([&, i] {
            const std::string name = "host" + std::to_string(i) + ".test";
            answers[i] = test::to_text(fibers::net::resolve(stream(name.c_str(), AF_INET)));
        });
    }
    loop.run();
    for (std::size_t i = 0; i < askers; ++i) {
        CHECK(answers[i] == "10.0.0." + std::to_string(i) + ":80/1/6 ");
    }
    CHECK(server.most_outstanding() == askers);
    CHECK(fibers::net::resolver_stats().asked - asked == askers);
    CHECK(loop.scheduler.poller().waiting() == 0);
}

TEST_CASE("resolver: others run while a fiber waits for an answer") {
    test::NameServer server;
    server.add("late.test", Record::a, "127.0.0.4");
    server.hold_until(1000);
    const test::WithOptions options(only(server));

    test::KernelRun loop;
    std::string order;
    loop.spawn([&] { order += test::to_text(fibers::net::resolve(stream("late.test", AF_INET))); });
    loop.spawn([&] {
        order += "other ";
        server.hold_until(1);
        order += test::to_text(fibers::net::resolve(stream("late.test", AF_INET)));
    });
    loop.run();
    CHECK(order == "other 127.0.0.4:80/1/6 127.0.0.4:80/1/6 ");
}

TEST_CASE("resolver: a cancelled lookup ends at once: CancelledError, or EAI_SYSTEM and ECANCELED") {
    test::NameServer server;
    server.add("next.test", Record::a, "127.0.0.4");
    const test::WithOptions options(only(server));
    test::KernelRun loop;
    bool thrown = false;
    AddressResult answered;
    Fiber& throwing = loop.spawn([&] {
        try {
            fibers::net::resolve(stream("silent1.test", AF_INET));
        } catch (const fibers::CancelledError& error) {
            thrown = error.message() == "enough";
        }
    });
    Fiber& answering = loop.spawn([&] {
        answered = fibers::net::resolve(stream("silent2.test", AF_INET), OnCancel::answers);
        CHECK(fibers::kernel::this_fiber->cancel_answered);
    });
    loop.spawn([&] {
        while (server.questions() < 2) fibers::kernel::give_way();
        fibers::kernel::request_cancel(throwing, "enough");
        fibers::kernel::request_cancel(answering, "enough");
    });
    loop.run();
    CHECK(thrown);
    CHECK(answered.eai == EAI_SYSTEM);
    CHECK(answered.sys_errno == ECANCELED);

    // Nobody waits any more, so nothing is left that could keep the loop waiting; and the channel goes on.
    AddressResult next;
    loop.spawn([&] {
        fibers::kernel::give_way();
        CHECK(loop.scheduler.poller().waiting() == 0);
        next = fibers::net::resolve(stream("next.test", AF_INET));
    });
    loop.run();
    CHECK(test::to_text(next) == "127.0.0.4:80/1/6 ");
}

TEST_CASE("resolver: one of two lookups is cancelled, its answer still comes and harms nobody") {
    test::NameServer server;
    server.add("dead.test", Record::a, "127.0.0.3");
    server.add("live.test", Record::a, "127.0.0.4");
    server.hold_until(2);
    const test::WithOptions options(only(server));

    test::KernelRun loop;
    std::string live;
    Fiber& dead = loop.spawn(
        [&] { CHECK_THROWS_AS(fibers::net::resolve(stream("dead.test", AF_INET)), fibers::CancelledError); });
    loop.spawn([&] {
        while (server.questions() < 1) fibers::kernel::give_way();
        fibers::kernel::request_cancel(dead, "");
        live = test::to_text(fibers::net::resolve(stream("live.test", AF_INET)));
    });
    loop.run();
    CHECK(live == "127.0.0.4:80/1/6 ");
}

TEST_CASE("resolver: cancelled before it has begun, nothing is asked") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    test::KernelRun loop;
    Fiber& fiber = loop.spawn([&] {
        CHECK_THROWS_AS(fibers::net::resolve(stream("never.test")), fibers::CancelledError);
        CHECK(fibers::net::resolve(stream("10.1.2.3")).eai == 0);  // needs no wait
    });
    fibers::kernel::request_cancel(fiber, "");
    loop.run();
    loop.spawn([] { fibers::kernel::give_way(); });
    loop.run();
    CHECK(server.questions() == 0);
}

TEST_CASE("resolver: a loop may end with questions outstanding, and with some not yet asked") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    const auto config = fibers::net::name_config();
    // Not the fibers': their stacks go without an end.
    const fibers::net::Question question{
        "silent",
        {*fibers::net::make_question("silent", fibers::net::dns::class_in, fibers::net::dns::type_a, {}), {}},
        *config};
    auto loop = std::make_unique<test::KernelRun>();
    server.on_question([&] { loop->scheduler.poller().wake(); });
    for (int i = 0; i < 3; ++i) {
        loop->spawn([&] { (void)fibers::net::ask_servers(question, {}); });
    }
    loop->scheduler.run([](void* s) { return static_cast<test::NameServer*>(s)->questions() == 3; },
                        [](void*) {}, &server);
    bool parked = false;
    loop->spawn([&] {
        parked = true;
        (void)fibers::net::ask_servers(question, {});
    });
    loop->scheduler.run([](void* p) { return *static_cast<bool*>(p); }, [](void*) {}, &parked);
    server.on_question({});
    loop.reset();
    CHECK(server.questions() == 3);
}

TEST_CASE("resolver: servers are waited for in real time, whatever clock the loop goes by") {
    test::NameServer server;
    auto impatient = only(server, 1);
    impatient.timeout = 50ms;
    const test::WithOptions options(impatient);
    test::JumpingClock clock;
    const auto begin = clock.now();
    test::KernelRun loop(&clock);
    std::string result;
    loop.spawn([&] { result = test::to_text(fibers::net::resolve(stream("silent.test"))); });
    loop.run();
    CHECK(result == "EAI_AGAIN");
    CHECK(clock.now() == begin);
}

TEST_CASE("resolver: what a fiber waits for names the name") {
    test::NameServer server;
    const test::WithOptions options(only(server));
    test::KernelRun loop;
    Fiber& asker = loop.spawn(
        [&] { CHECK_THROWS_AS(fibers::net::resolve(stream("silent.test")), fibers::CancelledError); });
    loop.spawn([&] {
        CHECK(loop.scheduler.describe_waiting().find("the name servers' answer about 'silent.test'") !=
              std::string::npos);
        fibers::kernel::request_cancel(asker, "");
    });
    loop.run();
}

TEST_CASE("resolver: outside a fiber there is no lookup") {
    CHECK_THROWS_AS(fibers::net::resolve(stream("127.0.0.1")), fibers::RuntimeError);
    CHECK_THROWS_AS(fibers::net::reverse({}), fibers::RuntimeError);
}
