// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// ProcessPoolExecutor: the life of its processes.
#include "fibers/executor_processes.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fibers/run.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::BrokenProcessPool;
using fibers::ProcessPoolExecutor;
using test::thrown_by;

namespace {

int child_pid() {
    return ::getpid();
}

// The children of a process, dead or alive.
std::set<pid_t> children_of(pid_t parent) {
    std::set<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
        std::ifstream stat(entry.path() / "stat");
        std::string line;
        std::getline(stat, line);
        const std::size_t behind_name = line.rfind(')');
        if (behind_name == std::string::npos) continue;
        if (std::stoi(line.substr(behind_name + 4)) == parent) children.insert(std::stoi(name));
    }
    return children;
}

bool gone(pid_t pid) {
    for (int i = 0; i < 2000; ++i) {
        if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

// Whether it comes to its end, though nobody may wait for it.
bool ends(pid_t pid) {
    for (int i = 0; i < 2000; ++i) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string line;
        if (!std::getline(stat, line) || line.find(") Z ") != std::string::npos) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

std::set<std::string> open_descriptors() {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code error;
        all.insert(entry.path().filename().string() + " " +
                   std::filesystem::read_symlink(entry, error).string());
    }
    return all;
}

}  // namespace

TEST_CASE("ProcessPoolExecutor: a worker that dies fails its call only, and another takes its place") {
    ProcessPoolExecutor executor(2);
    auto other = executor.submit([] {
        ::usleep(50'000);
        return 5;
    });
    auto segfault = executor.submit([] {
        ::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
    });
    auto leaves = executor.submit([] { ::_exit(3); });
    auto killed = executor.submit([]() -> int { return ::kill(::getpid(), SIGKILL); });
    auto next = executor.submit([] { return 6; });
    CHECK_THROWS_AS(segfault.get(), BrokenProcessPool);
    CHECK_THAT(thrown_by([&] { segfault.get(); }),
               Catch::EndsWith("killed by signal 11 (Segmentation fault)"));
    CHECK_THAT(thrown_by([&] { leaves.get(); }), Catch::EndsWith("ended by itself with exit code 3"));
    CHECK_THAT(thrown_by([&] { killed.get(); }), Catch::EndsWith("killed by signal 9 (Killed)"));
    CHECK(next.get() == 6);
    CHECK(other.get() == 5);
}

TEST_CASE(
    "ProcessPoolExecutor: a worker killed while idle fails no call, its child does not hide its death") {
    ProcessPoolExecutor executor(1);
    const pid_t first = executor.submit(&child_pid).get();
    ::kill(first, SIGKILL);
    CHECK(gone(first));  // no zombie either
    CHECK(executor.submit(&child_pid).get() != first);
    // A child of the worker keeps its socket open.
    const std::string path = "/tmp/fibers-worker-" + std::to_string(::getpid());
    auto dies = executor.submit(
        [](const std::string& where) {
            const pid_t child = ::fork();
            if (child == 0) {
                ::sleep(1000);
                ::_exit(0);
            }
            std::ofstream(where) << child;
            ::kill(::getpid(), SIGKILL);
        },
        path);
    CHECK_THROWS_AS(dies.get(), BrokenProcessPool);
    pid_t grandchild = -1;
    std::ifstream(path) >> grandchild;
    ::unlink(path.c_str());
    REQUIRE(grandchild > 1);
    CHECK(::kill(grandchild, SIGKILL) == 0);
    // The child of a call comes to its end where the call does.
    CHECK(executor.submit([] { return ::fork() == 0 ? 1 : 0; }).get() == 0);
    CHECK(executor.submit([] { return 2; }).get() == 2);
}

TEST_CASE("ProcessPoolExecutor: leaves no process, no zombie and no descriptor behind") {
    const auto children = children_of(::getpid());
    const auto descriptors = open_descriptors();
    {
        ProcessPoolExecutor executor(3);
        std::vector<fibers::ExecutorFuture<int>> all;
        for (int i = 0; i < 20; ++i) {
            all.push_back(executor.submit(
                [](int x) {
                    if (x % 7 == 3) ::_exit(0);
                    return x;
                },
                i));
        }
        for (auto& one : all) one.wait();
        for (auto& one : all) (void)one.exception();
        CHECK(children_of(::getpid()).size() == children.size() + 1);
    }
    CHECK(children_of(::getpid()) == children);
    CHECK(open_descriptors() == descriptors);
    { const ProcessPoolExecutor unused; }
    CHECK(children_of(::getpid()) == children);
    CHECK(open_descriptors() == descriptors);
    // Without waiting the same comes about, a little later.
    fibers::ExecutorFuture<pid_t> last;
    {
        ProcessPoolExecutor executor(1);
        last = executor.submit(&child_pid);
        executor.shutdown({.wait = false});
    }
    CHECK(gone(last.get()));
}

TEST_CASE("ProcessPoolExecutor: no descriptor of the parent's is open in a worker, and its input is empty") {
    ProcessPoolExecutor first(1);
    first.submit([] {}).get();
    const int held = ::open("/dev/zero", O_RDONLY);
    REQUIRE(held >= 0);
    fibers::run([&] {  // the loop's descriptors are there, too
        ProcessPoolExecutor executor(2);
        auto a = executor.submit([] { ::usleep(20'000); });
        const auto count = [] {
            int open = 0;
            for (int fd = 0; fd < 4096; ++fd) open += ::fcntl(fd, F_GETFD) >= 0;
            return open;
        };
        CHECK(executor.submit(count).get() == 4);
        a.get();
        CHECK(executor
                  .submit([] {
                      char c = 0;
                      return ::read(0, &c, 1);
                  })
                  .get() == 0);
    });
    ::close(held);
}

TEST_CASE("ProcessPoolExecutor: the workers die with this process, busy or not") {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto* executor = new ProcessPoolExecutor(2);
        const pid_t idle = executor->submit(&child_pid).get();
        (void)executor->submit([] { ::sleep(1000); });
        const pid_t busy = executor->submit(&child_pid).get();
        const pid_t pids[2] = {idle, busy};
        (void)!::write(pipe_ends[1], pids, sizeof pids);
        ::kill(::getpid(), SIGKILL);
    }
    REQUIRE(child > 0);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    pid_t pids[2] = {0, 0};
    REQUIRE(::read(pipe_ends[0], pids, sizeof pids) == sizeof pids);
    CHECK(ends(pids[0]));
    CHECK(ends(pids[1]));
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
}

TEST_CASE("ProcessPoolExecutor: in a forked child it is the parent's, and dies without ending anything") {
    auto executor = std::make_unique<ProcessPoolExecutor>(1);
    executor->submit([] {}).get();
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string said = thrown_by([&] { executor->submit([] {}); });
        executor.reset();
        ::_exit(said == "the threads of this executor are the parent process's" ? 0 : 1);
    }
    REQUIRE(child > 0);
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(executor->submit([] { return 2; }).get() == 2);
}

TEST_CASE("ProcessPoolExecutor: once its fork server is gone, calls fail instead of waiting") {
    ProcessPoolExecutor executor(1);
    const auto before = children_of(::getpid());
    const pid_t server = executor.submit([] { return ::getppid(); }).get();
    CHECK(before.contains(server));
    auto busy = executor.submit([] { ::sleep(1000); });
    while (!busy.running()) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(5ms);
    ::kill(server, SIGKILL);
    CHECK_THROWS_AS(busy.get(), BrokenProcessPool);
    CHECK(thrown_by([&] { executor.submit([] {}).get(); }) ==
          "the fork server of this ProcessPoolExecutor has died");
}

TEST_CASE("ProcessPoolExecutor: made while other threads run, it says what may go wrong") {
    const test::Reports reports;
    { const ProcessPoolExecutor alone; }
    CHECK(reports.messages().empty());
    std::atomic<bool> stop = false;
    std::thread other([&] { stop.wait(false); });
    { const ProcessPoolExecutor late; }
    stop = true;
    stop.notify_all();
    other.join();
    CHECK(reports.count("this process has other threads already") == 1);
}
