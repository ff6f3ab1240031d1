// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor_std_future.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "fibers/context.hpp"
#include "fibers/executor.hpp"
#include "fibers/sleep.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::create_task;
using fibers::wrap_future;

TEST_CASE("wrap_future: a fiber waits for a std::future and the others go on") {
    std::promise<std::unique_ptr<int>> promise;
    bool went_on = false;
    fibers::run([&] {
        auto waiting = create_task([&] { return *wrap_future(promise.get_future()).get(); });
        auto setting = create_task([&] {
            went_on = true;
            promise.set_value(std::make_unique<int>(7));
        });
        CHECK(waiting.get() == 7);
    });
    CHECK(went_on);
}

TEST_CASE("wrap_future: of a ready std::future it is done at once, with the value or the exception") {
    fibers::run([] {
        std::promise<int> promise;
        promise.set_value(3);
        auto value = wrap_future(promise.get_future());
        CHECK(value.done());
        CHECK(value.result() == 3);
        std::promise<void> failed;
        failed.set_exception(std::make_exception_ptr(std::runtime_error("boom")));
        CHECK_THROWS_WITH(wrap_future(failed.get_future()).result(), "boom");
        std::optional<std::promise<int>> broken(std::in_place);
        auto unset = broken->get_future();
        broken.reset();
        CHECK_THROWS_AS(wrap_future(std::move(unset)).get(), std::future_error);
    });
}

TEST_CASE("wrap_future: references come as they are, a shared_future's value is copied, deferred calls run") {
    fibers::run([] {
        int target = 1;
        std::promise<int&> reference;
        auto wrapped = wrap_future(reference.get_future());
        reference.set_value(target);
        CHECK(&wrapped.get() == &target);
        std::promise<std::string> text;
        const std::shared_future<std::string> shared = text.get_future().share();
        auto first = wrap_future(shared);
        auto second = wrap_future(shared);
        text.set_value("text");
        CHECK(first.get() + second.get() + shared.get() == "texttexttext");
        const auto loop_thread = std::this_thread::get_id();
        auto deferred =
            std::async(std::launch::deferred, [&] { return std::this_thread::get_id() != loop_thread; });
        CHECK(wrap_future(std::move(deferred)).get());
    });
}

TEST_CASE("wrap_future: a wait can be cancelled, the std::future then ends unheard") {
    std::promise<int> promise;
    fibers::run([&] {
        auto wrapped = wrap_future(promise.get_future());
        auto waiting = create_task([&] { wrapped.get(); });
        fibers::yield();
        waiting.cancel();
        CHECK_THROWS_AS(waiting.get(), fibers::CancelledError);
        CHECK(wrapped.cancelled());
    });
    promise.set_value(1);
}

TEST_CASE("wrap_future: outside run() and of an empty std::future it throws") {
    std::promise<int> promise;
    CHECK_THROWS_AS(wrap_future(promise.get_future()), fibers::RuntimeError);
    fibers::run([] { CHECK_THROWS_AS(wrap_future(std::future<int>()), fibers::InvalidStateError); });
}

TEST_CASE("to_thread: the call runs in a copy of the context variables, run_in_executor's does not") {
    static const fibers::ContextVar<int> number("number");
    fibers::run([] {
        number.set(1);
        auto early = fibers::to_thread(
            [](int more) {
                number.set(number.get() + more);
                return number.get();
            },
            10);
        number.set(2);
        CHECK(early.get() == 11);
        CHECK(number.get() == 2);
        CHECK(fibers::run_in_executor(nullptr, [] { return number.get(-1); }).get() == -1);
    });
}
