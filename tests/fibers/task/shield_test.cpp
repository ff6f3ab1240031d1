// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/shield.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/wait_for.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::create_task;
using fibers::Future;
using fibers::Promise;
using fibers::shield;
using fibers::Task;
using test::virtual_run;

namespace {

Task<int> after(fibers::Duration d, int value) {
    return create_task([d, value] {
        fibers::sleep(d);
        return value;
    });
}

Task<int> boom_after(fibers::Duration d) {
    return create_task([d]() -> int {
        fibers::sleep(d);
        throw std::runtime_error("boom");
    });
}

}  // namespace

TEST_CASE("g20: cancelling a shield, or who waits for it, leaves the task within to its own end") {
    virtual_run([] {
        auto inner = after(1s, 5);
        auto outer = shield(inner);
        CHECK(outer.cancel("why"));
        CHECK(outer.cancelled());
        CHECK(test::thrown_by([&] { outer.get(); }) == "cancelled: why");
        auto waiting = create_task([inner] { shield(inner).get(); });
        auto waiting_for_it = create_task([waiting] { waiting.get(); });
        fibers::yield();
        fibers::yield();
        waiting_for_it.cancel("all of you");
        CHECK(test::thrown_by([&] { waiting_for_it.get(); }) == "cancelled: all of you");
        CHECK(waiting.cancelled());
        CHECK(inner.cancelling() == 0);
        CHECK(inner.get() == 5);
    });
}

TEST_CASE("shield: a task that is cancelled cancels its shield, but nobody who waits there") {
    virtual_run([] {
        auto inner = after(1h, 5);
        auto outer = shield(inner);
        auto waiting = create_task([outer] {
            CHECK_THROWS_AS(outer.get(), CancelledError);
            return fibers::current_task().cancelling();
        });
        fibers::yield();
        inner.cancel("inside");
        CHECK(waiting.get() == 0);
        CHECK(outer.cancelled());
        CHECK(test::thrown_by([&] { outer.get(); }) == "cancelled: ");
    });
}

TEST_CASE("shield: it ends as the future within: values, nothing, references, exceptions") {
    const test::Reports reports;
    virtual_run([] {
        auto shared = create_task([] { return std::string("text"); });
        auto outer = shield(shared);
        CHECK(outer.get() == "text");
        CHECK(shared.get() == "text");
        CHECK(*shield(create_task([] { return std::make_unique<int>(3); })).get() == 3);
        shield(create_task([] { fibers::sleep(1s); })).get();
        int target = 0;
        CHECK(&shield(create_task([&]() -> int& { return target; })).get() == &target);
        CHECK_THROWS_WITH(shield(boom_after(1s)).get(), "boom");
        Promise<int> promise;
        auto plain = shield(promise.future());
        promise.set_result(4);
        CHECK_FALSE(plain.done());  // it hears of it in a later turn
        CHECK(plain.get() == 4);
        CHECK(shield(shield(after(1s, 6))).get() == 6);
    });
    CHECK(reports.messages().empty());
}

TEST_CASE("shield: a task that is done needs none and comes back as it is") {
    virtual_run([] {
        auto inner = after(0s, 1);
        inner.get();
        CHECK(shield(inner) == inner);
        auto boom = boom_after(0s);
        fibers::sleep(1s);
        CHECK_THROWS_WITH(shield(boom).get(), "boom");
    });
}

TEST_CASE("shield: an exception that nobody read is reported once, as the shield's, with its place") {
    const test::Reports reports;
    const unsigned line = __LINE__ + 2;
    virtual_run([] {
        auto outer = shield(boom_after(1s));
        fibers::sleep(2s);
    });
    REQUIRE(reports.messages().size() == 1);
    CHECK(reports.count("shield() exception was never retrieved: <shield() finished created at ") == 1);
    CHECK(reports.count("shield_test.cpp:" + std::to_string(line)) == 1);
}

TEST_CASE("shield: what an abandoned task throws is reported as the task's own, unless somebody reads it") {
    const test::Reports reports;
    virtual_run([&] {
        auto outer = shield(boom_after(1s));
        outer.cancel();
        fibers::sleep(2s);
        CHECK(reports.count("Task exception was never retrieved") == 1);  // though the shield is still held
        [[maybe_unused]] const bool dropped = shield(boom_after(1s)).done();
        fibers::sleep(2s);
        CHECK(reports.count("Task exception was never retrieved") == 2);
        auto read = boom_after(1s);
        CHECK(shield(read).cancel());
        CHECK_THROWS_WITH(read.get(), "boom");
    });
    CHECK(reports.messages().size() == 2);
}

TEST_CASE("shield: cancelled in the turn in which the task failed, it still keeps nothing secret") {
    const test::Reports reports;
    virtual_run([] {
        Promise<int> promise;
        auto outer = shield(promise.future());
        promise.set_exception(std::runtime_error("unheard"));
        CHECK(outer.cancel());
        fibers::sleep(1s);
        CHECK(outer.cancelled());
    });
    CHECK(reports.count("Future exception was never retrieved") == 1);
}

TEST_CASE("shield: its time may be over before the task is, which goes on") {
    virtual_run([] {
        auto inner = after(2s, 7);
        CHECK_THROWS_AS(fibers::wait_for(shield(inner), 1s), fibers::TimeoutError);
        CHECK_THROWS_AS(fibers::wait_for(shield(inner), 0s), fibers::TimeoutError);
        CHECK_THROWS_AS(fibers::timeout(500ms, [&] { shield(inner).get(); }), fibers::TimeoutError);
        CHECK(inner.cancelling() == 0);
        CHECK(fibers::wait_for(shield(inner), 1s) == 7);
    });
}

TEST_CASE("shield: within a gather it is the shield that a cancellation ends") {
    virtual_run([] {
        auto kept = after(1s, 1);
        auto not_kept = after(1s, 2);
        auto both = fibers::gather(shield(kept), not_kept);
        fibers::yield();
        CHECK(both.cancel("enough"));
        CHECK(test::thrown_by([&] { both.get(); }) == "cancelled: enough");
        CHECK(not_kept.cancelled());
        CHECK(kept.get() == 1);
        auto group = fibers::gather([] { fibers::sleep(1s); }, [] { fibers::sleep(2s); });
        CHECK(shield(group).cancel());
        group.get();
    });
}

TEST_CASE("shield: outside run(), for another loop's future or an empty handle there is none") {
    std::optional<Promise<int>> foreign;
    virtual_run([&] { foreign.emplace(); });
    CHECK_THROWS_AS(shield(foreign->future()), fibers::RuntimeError);
    CHECK_THROWS_AS(shield(Future<int>()), fibers::InvalidStateError);
    virtual_run([&] {
        CHECK_THROWS_WITH(shield(foreign->future()), Catch::EndsWith("belongs to a different loop"));
    });
}
