// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Cancellations on their way from task to task.
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::Task;
using test::virtual_run;

TEST_CASE("cancel: tasks that wait for one another in a ring all end, each asked once") {
    virtual_run([] {
        Task<void> ring[3];
        for (int i : {0, 1, 2}) ring[i] = create_task([&, i] { ring[(i + 1) % 3].get(); });
        const auto outside = create_task([&] { ring[0].get(); });
        fibers::sleep(1s);
        outside.cancel();
        CHECK_THROWS_AS(outside.get(), CancelledError);
        for (const auto& task : ring) {
            CHECK(task.cancelled());
            CHECK(task.cancelling() == 1);
        }
    });
}

TEST_CASE("cancel: it goes down a long chain of tasks without eating up the stack") {
    virtual_run([] {
        std::vector<Task<void>> chain{create_task([] { fibers::sleep(1h); })};
        for (int i = 0; i < 1'000; ++i) {
            chain.push_back(create_task([before = chain.back()] { before.get(); }));
        }
        fibers::yield();
        chain.back().cancel();
        CHECK_THROWS_AS(chain.back().get(), CancelledError);
        CHECK(chain.front().cancelled());
    });
}

TEST_CASE("cancel: before the first run, the callable has died when the task is done") {
    virtual_run([] {
        struct Slow {
            explicit Slow(bool& its_flag) : flag(&its_flag) {}
            Slow(Slow&& other) noexcept : flag(std::exchange(other.flag, nullptr)) {}
            ~Slow() {
                if (flag) fibers::shielded([] { fibers::sleep(1s); });
                if (flag) *flag = true;
            }
            void operator()() {}
            bool* flag;
        };
        bool died = false;
        const auto task = create_task(Slow(died));
        task.cancel();
        CHECK_THROWS_AS(task.get(), CancelledError);
        CHECK(died);
    });
}

TEST_CASE(
    "task: a cancellation that is due where the task waits arrives in the next turn, when others have run") {
    virtual_run([] {
        bool others_ran = false;
        const auto task = create_task([&] {
            fibers::current_task().cancel();
            const auto other = create_task([&] { others_ran = true; });
            try {
                fibers::sleep(1h);
            } catch (const CancelledError&) {
                CHECK(others_ran);
                throw;
            }
        });
        fibers::sleep(1s);
        CHECK(task.cancelled());
        CHECK(others_ran);
    });
}
