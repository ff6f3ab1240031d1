// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Executors of a patched program.
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "fibers/fibers.hpp"
#include "netpatch/fibers_only.hpp"
#include "netpatch/netpatch.hpp"

namespace {

// Eleven fibers of a worker's own loop, ten of which sleep by libc's name; how often the other ran meanwhile.
int turns_while_others_sleep(int microseconds) {
    return fibers::run([microseconds] {
        int turns = 0;
        int awake = 10;
        for (int i = 0; i < 10; ++i) {
            fibers::create_task([&awake, microseconds] {
                ::usleep(static_cast<useconds_t>(microseconds));
                --awake;
            });
        }
        while (awake > 0) {
            fibers::sleep(std::chrono::milliseconds(1));
            ++turns;
        }
        return turns;
    });
}

}  // namespace

TEST_CASE("executors: a patched call on a thread of an executor goes straight to libc", "[netpatch]") {
    netpatch::patch_all();
    fibers::run([] {
        const auto before = test::count_of("usleep");
        CHECK(fibers::to_thread([] { return ::usleep(1000); }).get() == 0);
        const auto after = test::count_of("usleep");
        CHECK(after.waited == before.waited);
        CHECK(after.passed == before.passed);
        CHECK(::usleep(1000) == 0);
        CHECK(test::count_of("usleep").waited == before.waited + 1);
    });
}

TEST_CASE(
    "executors: in a patched program workers are talked to while other fibers run, and are patched, too",
    "[netpatch]") {
    netpatch::patch_all();
    fibers::run([] {
        int ticks = 0;
        auto ticker = fibers::create_task([&] {
            while (::usleep(1000) == 0) ++ticks;
        });
        fibers::ProcessPoolExecutor executor(2);
        auto turns = fibers::run_in_executor(executor, &turns_while_others_sleep, 30'000);
        auto bytes = fibers::run_in_executor(
            executor, [](const std::string& text) { return text + text; }, std::string(10'000'000, 'x'));
        CHECK(bytes.get().size() == 20'000'000);
        CHECK(turns.get() > 0);
        const int so_far = ticks;
        CHECK(so_far > 0);
        executor.shutdown();
        ticker.cancel();
    });
}

TEST_CASE("executors: a fiber that waits for an executor to end lets others run, with pthread_join patched",
          "[netpatch]") {
    netpatch::patch_all();
    fibers::run([] {
        std::atomic<bool> open = false;
        {
            fibers::ThreadPoolExecutor executor(2);
            executor.submit([&] { open.wait(false); });
            fibers::create_task([&] {
                open = true;
                open.notify_all();
            });
        }
        CHECK(open);
    });
}
