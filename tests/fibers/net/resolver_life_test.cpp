// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups that are given up at any moment, and what they leave to those that come after.
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_config.hpp"
#include "fibers/net/resolver_pool.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"
#include "support/kernel_run.hpp"
#include "support/name_server.hpp"
#include "support/resolver_run.hpp"

using fibers::kernel::Fiber;
using fibers::kernel::OnCancel;
using fibers::net::AddressRequest;
using fibers::net::ResolverMode;
using test::Record;

namespace {

// A folder of a test's own, while it lives.
class OwnFolder {
public:
    OwnFolder() { REQUIRE(::mkdtemp(path_)); }
    ~OwnFolder() { std::filesystem::remove_all(path_); }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    std::string file(const std::string& name) const { return std::string(path_) + '/' + name; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(file(name)) << text;
        return file(name);
    }

private:
    char path_[32] = "/tmp/fibers-life-XXXXXX";
};

fibers::net::ResolverOptions only(const test::NameServer& server) {
    return {
        .servers = server.address(), .timeout = std::chrono::seconds(5), .tries = 2, .hosts = "/nonexistent"};
}

std::string answer(const char* node) {
    return test::to_text(test::resolve({.node = node, .family = AF_INET, .socktype = SOCK_STREAM}));
}

// The name of an address, without our own domain.
fibers::net::NameResult short_name(const sockaddr_storage& address) {
    fibers::net::NameRequest request;
    request.address = reinterpret_cast<const sockaddr*>(&address);
    request.length = sizeof(sockaddr_in);
    request.flags = NI_NOFQDN;
    return fibers::net::reverse(request, OnCancel::answers);
}

}  // namespace

TEST_CASE("resolver life: a lookup cancelled at any moment is whole or ECANCELED") {
    const OwnFolder folder;
    test::NameServer server;
    for (int i = 1; i < 20; ++i) server.add("many.test", Record::a, "10.0.1." + std::to_string(i));
    server.add("six.deep.test", Record::aaaa, "fd00::6");
    auto options = only(server);
    options.resolv_conf = folder.write("resolv.conf", "search one.test two.test deep.test test\n");
    const test::WithOptions with(options);
    std::mt19937 random(4711);
    std::size_t whole = 0;
    std::size_t cancelled = 0;
    std::size_t wrong = 0;
    const auto look_up = [&](bool six) {
        const AddressRequest request{.node = six ? "six" : "many", .family = six ? AF_UNSPEC : AF_INET};
        const auto result = fibers::net::resolve(request, OnCancel::answers);
        const bool ended = result.eai == EAI_SYSTEM && result.sys_errno == ECANCELED;
        const std::size_t count = result.addresses.size();
        ++(ended && count == 0                                 ? cancelled
           : result.eai == 0 && count == (six ? 3u : 3u * 19u) ? whole
                                                               : wrong);
    };
    for (const int milliseconds : {0, 1}) {
        server.delay(std::chrono::milliseconds(milliseconds));
        fibers::run([&] {
            std::vector<fibers::Task<void>> tasks;
            for (int i = 0; i < 500; ++i) {
                auto task = fibers::create_task([&look_up, i] { look_up(i % 2 == 0); });
                const auto when = std::chrono::microseconds(random() % 6000);
                tasks.push_back(task);
                tasks.push_back(fibers::create_task([task, when]() mutable {
                    if (when > std::chrono::microseconds(100)) fibers::sleep(when);
                    task.cancel();
                }));
                if (i % 20 == 0) fibers::sleep(std::chrono::microseconds(500));
            }
            for (auto& task : tasks) {
                try {
                    task.get();
                } catch (const fibers::CancelledError&) {
                }
            }
        });
    }
    CHECK(wrong == 0);
    CHECK(cancelled > 0);
    CHECK(whole + cancelled <= 1000);  // some are cancelled before they begin
    server.delay(std::chrono::milliseconds(0));
    CHECK(answer("many.test").starts_with("10.0.1."));
}

TEST_CASE(
    "resolver life: a cancelled search for our own domain says so, and is not what the next one finds") {
    utsname machine{};
    REQUIRE(::uname(&machine) == 0);
    const std::string own = machine.nodename;
    if (own.empty() || own.find('.') != std::string::npos || own == "localhost") return;  // nothing is asked
    const OwnFolder folder;
    test::NameServer server;
    server.add(own, Record::cname, "me.own.test");
    server.add("me.own.test", Record::a, "10.0.0.1");
    server.hold_until(1000);
    auto options = only(server);
    options.hosts = folder.write("hosts", "127.0.0.1 localhost\n10.0.0.2 host.own.test\n");
    options.resolv_conf = folder.write("resolv.conf", "options ndots:0\n");
    const test::WithOptions with(options);
    const auto address = test::socket_address("10.0.0.2", 0);

    test::KernelRun loop;
    fibers::net::NameResult first;
    fibers::net::NameResult second;
    Fiber& asker = loop.spawn([&] { first = short_name(address); });
    loop.spawn([&] {
        while (server.questions() < 1) fibers::kernel::give_way();
        fibers::kernel::request_cancel(asker, "");
        server.hold_until(1);
        second = short_name(address);
    });
    loop.run();
    CHECK(first.eai == EAI_SYSTEM);
    CHECK(first.sys_errno == ECANCELED);
    CHECK(first.host.empty());
    CHECK(second.eai == 0);
    CHECK(second.host == "host");
}

TEST_CASE("resolver life: work for libc that was cancelled before a thread took it is never begun") {
    constexpr int threads = 10;  // all there are
    std::atomic<bool> go = false;
    std::atomic<int> busy = 0;
    std::atomic<bool> begun = false;
    bool done = false;
    test::KernelRun loop;
    for (int i = 0; i < threads; ++i) {
        loop.spawn([&] {
            fibers::net::run_in_libc(
                [&] {
                    ++busy;
                    go.wait(false);
                },
                ResolverMode::thread, OnCancel::ignores);
        });
    }
    Fiber& late = loop.spawn([&] {
        CHECK_FALSE(fibers::net::run_in_libc([&] { begun = true; }, ResolverMode::thread, OnCancel::answers));
    });
    loop.spawn([&] {
        while (busy < threads) fibers::kernel::give_way();
        fibers::kernel::request_cancel(late, "");
        fibers::kernel::give_way();
        go = true;
        go.notify_all();
        done = fibers::net::run_in_libc([] {}, ResolverMode::thread, OnCancel::ignores);
    });
    loop.run();
    CHECK(done);
    CHECK_FALSE(begun);
}

TEST_CASE("resolver life: loops of several threads look names up at once, each for itself") {
    test::NameServer server;
    server.add("one.test", Record::a, "10.0.0.1");
    const test::WithOptions with(only(server));
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int run = 0; run < 10; ++run) right += answer("one.test").starts_with("10.0.0.1:");
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(right == 30);
}

TEST_CASE("resolver life: a pipe or a folder in a file's place is as good as none, and nobody waits for it") {
    const OwnFolder folder;
    const std::string pipe = folder.file("pipe");
    const std::string directory = folder.file("directory");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
    test::NameServer server;
    server.add("web.test", Record::a, "10.0.0.2");
    for (const std::string& path : {pipe, directory, folder.file("gone")}) {
        auto options = only(server);
        options.hosts = options.resolv_conf = options.nsswitch = path;
        const test::WithOptions with(options);
        CHECK(answer("web.test") == "10.0.0.2:0/1/6 ");
    }
}

TEST_CASE("resolver life: c-ares reads none of the system's files by itself") {
    const OwnFolder folder;
    test::NameServer server;
    server.add("web.test", Record::a, "10.0.0.2");
    auto options = only(server);
    options.resolv_conf = folder.write("resolv.conf", "");
    const test::WithOptions with(options);
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    bool quiet = ::inotify_add_watch(watch, "/etc/resolv.conf", IN_OPEN) < 0;  // it does not even exist
    for (int attempt = 0; attempt < 200 && !quiet; ++attempt) {  // other programs may read it meanwhile
        char event[4096];
        while (::read(watch, event, sizeof event) > 0) continue;
        CHECK(answer("web.test") == "10.0.0.2:0/1/6 ");
        quiet = ::read(watch, event, sizeof event) == -1;
    }
    CHECK(quiet);
    ::close(watch);
}

TEST_CASE("resolver life: 0.0.0.0 as a name server is this machine") {
    test::NameServer server;
    server.add("web.test", Record::a, "10.0.0.2");
    auto options = only(server);
    const std::string address = server.address();
    options.servers = std::string("0.0.0.0").append(address, address.find(':'));
    options.timeout = std::chrono::milliseconds(500);
    const test::WithOptions with(options);
    CHECK(answer("web.test") == "10.0.0.2:0/1/6 ");
}
