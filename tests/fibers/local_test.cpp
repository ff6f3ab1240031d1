// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/local.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fibers/context.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/task.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::create_task;
using fibers::FiberLocal;
using test::virtual_run;

namespace {

const FiberLocal<int> counter;

// Notes which fiber it dies in.
struct Mourned {
    explicit Mourned(std::vector<const void*>& its_deaths) : deaths(&its_deaths) {}
    Mourned(const Mourned&) = delete;
    Mourned& operator=(const Mourned&) = delete;
    ~Mourned() { deaths->push_back(fibers::kernel::this_fiber); }
    std::vector<const void*>* deaths;
};

}  // namespace

TEST_CASE("fiber-local: every fiber has its own, made when it first uses it, whoever created it") {
    virtual_run([] {
        CHECK_FALSE(counter.has_value());
        CHECK(*counter == 0);
        *counter = 5;
        std::vector<fibers::Task<int>> tasks;
        for (int i = 0; i < 3; ++i) {
            tasks.push_back(create_task([i] {
                CHECK_FALSE(counter.has_value());
                int& mine = counter.get();
                CHECK(mine == 0);
                mine = 10 * i;
                fibers::yield();
                ++*counter;
                CHECK(&counter.get() == &mine);
                return mine;
            }));
        }
        for (int i = 0; i < 3; ++i) CHECK(tasks[static_cast<std::size_t>(i)].get() == 10 * i + 1);
        CHECK(*counter == 5);
    });
}

TEST_CASE("fiber-local: outside fibers it is the thread's, callbacks run in no fiber") {
    std::thread([] {
        *counter = 1;
        virtual_run([] {
            CHECK_FALSE(counter.has_value());
            *counter = 2;
            fibers::Promise<void> promise;
            promise.future().add_done_callback([] { *counter += 10; });
            promise.set_result();
            fibers::yield();
            CHECK(*counter == 2);
        });
        CHECK(*counter == 11);
        std::thread([] { CHECK_FALSE(counter.has_value()); }).join();
    }).join();
}

TEST_CASE(
    "fiber-local: it dies with its fiber, in it, the newest first, before who waits for the task goes on") {
    std::vector<const void*> deaths;
    const FiberLocal<std::unique_ptr<Mourned>> first([&] { return std::make_unique<Mourned>(deaths); });
    const FiberLocal<std::unique_ptr<Mourned>> second([&] { return std::make_unique<Mourned>(deaths); });
    struct Witness {
        explicit Witness(const std::vector<const void*>& its_deaths, std::size_t& its_count)
            : deaths(its_deaths), count(its_count) {}
        ~Witness() { count = deaths.size(); }
        const std::vector<const void*>& deaths;
        std::size_t& count;
    };
    std::size_t before_witness = 99;
    const FiberLocal<std::unique_ptr<Witness>> witness(
        [&] { return std::make_unique<Witness>(deaths, before_witness); });
    virtual_run([&] {
        const void* fiber = nullptr;
        create_task([&] {
            fiber = fibers::kernel::this_fiber;
            first.get();
            second.get();
            witness.get();
            CHECK(deaths.empty());
        }).get();
        CHECK(deaths == std::vector{fiber, fiber});
        CHECK(before_witness == 0);
        auto cancelled = create_task([&] {
            first.get();
            fibers::sleep(1h);
        });
        fibers::yield();
        cancelled.cancel();
        CHECK_THROWS_AS(cancelled.get(), fibers::CancelledError);
        CHECK(deaths.size() == 3);
    });
    CHECK(deaths.size() == 3);
}

TEST_CASE("fiber-local: reset() destroys it, the next use makes a new one") {
    std::vector<const void*> deaths;
    const FiberLocal<std::unique_ptr<Mourned>> mine([&] { return std::make_unique<Mourned>(deaths); });
    const FiberLocal<std::string> other([] { return std::string("other"); });
    virtual_run([&] {
        CHECK_FALSE(mine.reset());
        mine.get();
        *other += "!";
        CHECK(mine.reset());
        CHECK(deaths.size() == 1);
        CHECK_FALSE(mine.has_value());
        CHECK(other->size() == 6);
        const void* const again = mine.get().get();
        CHECK(mine.get().get() == again);
        CHECK(deaths.size() == 1);
    });
    CHECK(deaths.size() == 2);
}

TEST_CASE("fiber-local: making one may wait or fail") {
    int made = 0;
    const FiberLocal<int> slow([&] {
        fibers::sleep(1s);
        if (++made == 1) throw std::runtime_error("no");
        return made;
    });
    virtual_run([&] {
        CHECK_THROWS_WITH(slow.get(), "no");
        CHECK_FALSE(slow.has_value());
        CHECK(slow.get() == 2);
        CHECK(slow.get() == 2);
    });
}

TEST_CASE("fiber-local: what a destructor at the fiber's end uses, locals and context variables, dies too") {
    static std::vector<const void*> deaths;
    deaths.clear();
    static const FiberLocal<std::unique_ptr<Mourned>> late([] { return std::make_unique<Mourned>(deaths); });
    static const fibers::ContextVar<std::shared_ptr<Mourned>> variable("variable");
    struct User {
        User() = default;
        User(User&& other) noexcept : live(std::exchange(other.live, false)) {}
        ~User() {
            if (!live) return;
            late.get();
            variable.set(std::make_shared<Mourned>(deaths));
        }
        bool live = true;
    };
    const FiberLocal<User> user;
    virtual_run([&] {
        create_task([&] { user.get(); }).get();
        CHECK(deaths.size() == 2);
    });
}
