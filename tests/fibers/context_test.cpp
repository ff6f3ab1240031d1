// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/context.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fibers/loop.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/task_group.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::Context;
using fibers::ContextVar;
using fibers::copy_context;
using fibers::create_task;
using test::virtual_run;

namespace {

const ContextVar<int> number("number");
const ContextVar<std::string> word("word", "default");

// Runs `body` in a context of its own, so that no test sees what another one set.
template <class Body>
void apart(Body&& body) {
    Context().run(std::forward<Body>(body));
}

}  // namespace

TEST_CASE("g30: what a task sets is its own: the child has 99, who created it 1") {
    apart([] {
        virtual_run([] {
            number.set(1);
            auto child = create_task([] {
                CHECK(number.get() == 1);
                number.set(99);
                fibers::yield();
                return number.get();
            });
            CHECK(child.get() == 99);
            CHECK(number.get() == 1);
        });
        CHECK_THROWS_AS(number.get(), fibers::LookupError);
    });
}

TEST_CASE("context: a task begins with the values of when it was created, not of when it starts") {
    apart([] {
        number.set(1);
        virtual_run([] {
            CHECK(number.get() == 1);  // run() hands on the thread's
            auto early = create_task([] { return number.get(); });
            number.set(2);
            auto late = create_task([] { return create_task([] { return number.get(); }).get(); });
            number.set(3);
            CHECK(early.get() == 1);
            CHECK(late.get() == 2);
            CHECK(fibers::gather([] { return number.get(); }).get() == std::tuple(3));
            fibers::TaskGroup::run(
                [](fibers::TaskGroup& group) { group.create_task([] { CHECK(number.get() == 3); }); });
        });
        CHECK(number.get() == 1);
    });
}

TEST_CASE("context variable: its value, else the fallback, else its default, else LookupError") {
    apart([] {
        CHECK_THROWS_WITH(number.get(), "the ContextVar 'number' has no value here");
        CHECK(number.get(3) == 3);
        CHECK(word.get() == "default");
        CHECK(word.get("fallback") == "fallback");
        word.set("value");
        CHECK(word.get() == "value");
        CHECK(word.get("fallback") == "value");
        CHECK(word.name() == "word");
        CHECK_THROWS_AS(number.get(), fibers::LookupError);
    });
}

TEST_CASE("context variable: a token takes its set() back, in any order, once") {
    apart([] {
        auto first = number.set(1);
        auto second = number.set(2);
        CHECK(first.old_value() == std::nullopt);
        CHECK(second.old_value() == 1);
        number.reset(second);
        CHECK(number.get() == 1);
        CHECK_THROWS_WITH(number.reset(second), Catch::EndsWith("has already been used once"));
        CHECK_THROWS_AS(number.reset(second), fibers::RuntimeError);
        CHECK(number.get() == 1);
        second = number.set(3);
        number.reset(first);
        CHECK_THROWS_AS(number.get(), fibers::LookupError);
        number.reset(second);
        CHECK(number.get() == 1);
        auto third = number.set(4);
        const auto moved = std::move(third);
        CHECK_THROWS_WITH(number.reset(third), Catch::EndsWith("has already been used once"));
    });
}

TEST_CASE("context variable: a token of another variable or context is refused, and not used up") {
    apart([] {
        const ContextVar<int> other("other");
        auto token = number.set(1);
        CHECK_THROWS_WITH(other.reset(token), Catch::EndsWith("was created by a different ContextVar"));
        CHECK_THROWS_AS(other.reset(token), std::invalid_argument);
        const auto elsewhere = [&] {
            CHECK_THROWS_WITH(number.reset(token), Catch::EndsWith("was created in a different Context"));
            CHECK_THROWS_AS(number.reset(token), std::invalid_argument);
            CHECK(number.get() == 1);
        };
        copy_context().run(elsewhere);
        virtual_run([&] {
            elsewhere();
            create_task(elsewhere).get();
            auto task_token = number.set(2);
            create_task([&] { CHECK_THROWS_AS(number.reset(task_token), std::invalid_argument); }).get();
            number.reset(task_token);
            CHECK(number.get() == 1);
        });
        std::thread([&] { CHECK_THROWS_AS(number.reset(token), std::invalid_argument); }).join();
        number.reset(token);
        CHECK_THROWS_AS(number.get(), fibers::LookupError);
    });
}

TEST_CASE("context: run() keeps what it sets for the next run(), copies and the caller do not see it") {
    apart([] {
        number.set(1);
        const Context context = copy_context();
        CHECK(context.run([](int n) { return number.set(n).old_value(); }, 5) == 1);
        CHECK(number.get() == 1);
        CHECK(context.get(number) == 5);
        const Context copy = context.copy();
        const Context same = context;
        same.run([] { number.set(6); });
        CHECK(context.get(number) == 6);
        CHECK(copy.get(number) == 5);
        CHECK(copy.size() == 1);
        CHECK_FALSE(context.contains(word));
        CHECK(context.get(word) == std::nullopt);
        const Context empty;
        CHECK(empty.size() == 0);
        empty.run([] { CHECK_THROWS_AS(number.get(), fibers::LookupError); });
        CHECK_THROWS_WITH(context.run([] { throw std::runtime_error("out"); }), "out");
        CHECK(number.get() == 1);
        CHECK(context.run([] { return number.get(); }) == 6);
    });
}

TEST_CASE("context: many variables are told apart, whatever order they are set and taken back in") {
    apart([] {
        std::vector<std::unique_ptr<ContextVar<int>>> variables;
        for (int i = 0; i < 40; ++i) variables.push_back(std::make_unique<ContextVar<int>>("v"));
        std::vector<fibers::Token<int>> tokens;
        for (int i = 0; i < 40; ++i) {
            const auto at = static_cast<std::size_t>(i * 7 % 40);
            tokens.push_back(variables[at]->set(static_cast<int>(at)));
        }
        CHECK(copy_context().size() == 40);
        for (int i = 0; i < 40; ++i) CHECK(variables[static_cast<std::size_t>(i)]->get() == i);
        for (int i = 0; i < 40; i += 2) {
            variables[static_cast<std::size_t>(i * 7 % 40)]->reset(tokens[static_cast<std::size_t>(i)]);
        }
        for (int i = 0; i < 40; ++i)
            CHECK(variables[static_cast<std::size_t>(i)]->get(-1) == (i % 2 ? i : -1));
        CHECK(copy_context().size() == 20);
    });
}

TEST_CASE("context: one that is entered cannot be entered again, from within or while its run() waits") {
    virtual_run([] {
        const Context context;
        const Context other;
        const auto entering_fails = [&] {
            CHECK_THROWS_WITH(context.run([] {}), "cannot enter context: it is already entered");
        };
        context.run(entering_fails);
        context.run([&] { other.run(entering_fails); });
        auto inside = create_task([&] { context.run([] { fibers::sleep(1s); }); });
        fibers::yield();
        entering_fails();
        inside.get();
        context.run([] {});
        other.run([] {});
        auto cancelled = create_task([&] { context.run([] { fibers::sleep(1h); }); });
        fibers::yield();
        cancelled.cancel();
        CHECK_THROWS_AS(cancelled.get(), fibers::CancelledError);
        context.run([] {});
    });
}

TEST_CASE("context: each fiber goes on in its own, whoever runs meanwhile in another") {
    virtual_run([] {
        std::vector<fibers::Task<void>> tasks;
        for (int i = 0; i < 5; ++i) {
            tasks.push_back(create_task([i] {
                number.set(i);
                fibers::yield();
                Context().run([i] {
                    number.set(100 + i);
                    fibers::sleep(i * 1ms);
                    CHECK(number.get() == 100 + i);
                });
                fibers::yield();
                CHECK(number.get() == i);
            }));
        }
        for (const auto& task : tasks) task.get();
    });
}

TEST_CASE(
    "TaskOptions::context: tasks that share one see what the others set, while they run it is entered") {
    virtual_run([] {
        const Context shared;
        auto writer = create_task(
            [&] {
                CHECK_THROWS_AS(shared.run([] {}), fibers::RuntimeError);
                Context().run([&] { CHECK_THROWS_AS(shared.run([] {}), fibers::RuntimeError); });
                number.set(7);
                fibers::sleep(1s);
                CHECK(number.get() == 8);
                return create_task([] { return number.get(); }).get();
            },
            {.context = shared});
        fibers::yield();
        CHECK(number.get(0) == 0);
        CHECK(shared.run([] { return number.get(); }) == 7);
        auto reader = create_task(
            [] {
                CHECK(number.get() == 7);
                number.set(8);
            },
            {.context = shared});
        reader.get();
        CHECK(writer.get() == 8);
        CHECK(shared.get(number) == 8);
    });
}

TEST_CASE("context: a done callback runs with the values of when it was added, and sets none but its own") {
    std::vector<int> seen;
    apart([&] {
        virtual_run([&] {
            fibers::Promise<void> promise;
            const auto look = [&] {
                seen.push_back(number.get(-1));
                number.set(50);
                seen.push_back(number.get());
            };
            promise.future().add_done_callback(look);
            number.set(1);
            promise.future().add_done_callback(look);
            number.set(2);
            promise.future().add_done_callback([&] {
                number.set(60);
                throw std::runtime_error("and leaves by an exception");
            });
            const test::Reports expected;
            promise.set_result();
            promise.future().add_done_callback(look);
            fibers::yield();
            CHECK(number.get() == 2);
        });
        CHECK(number.get(-1) == -1);
    });
    CHECK(seen == std::vector{-1, 50, 1, 50, 2, 50});
}

TEST_CASE("context: the values die with the last context that has them, a task's when it ends") {
    const ContextVar<std::shared_ptr<int>> held("held");
    auto value = std::make_shared<int>(1);
    virtual_run([&] {
        auto task = create_task([&] {
            held.set(value);
            create_task([&] {
                fibers::sleep(1s);
                CHECK(value.use_count() == 2);
                CHECK(held.get().use_count() == 3);  // and the copy
            });
        });
        task.get();
        CHECK(value.use_count() == 2);
        fibers::sleep(2s);
        CHECK(value.use_count() == 1);
        held.set(value);
        held.set(nullptr);
        CHECK(value.use_count() == 1);
    });
}

TEST_CASE("context: a copy may go to another thread") {
    apart([] {
        number.set(1);
        word.set("here");
        const Context copy = copy_context();
        bool apart_at_first = false;
        std::string word_there;
        std::thread thread([&, copy] {  // checks are for one thread at a time
            apart_at_first = number.get(0) == 0;
            for (int i = 0; i < 1000; ++i) copy.run([i] { number.set(number.get() + i); });
            word_there = copy.run([] { return fibers::run([] { return word.get(); }); });
        });
        int same = 0;
        for (int i = 0; i < 1000; ++i) same += copy_context().run([] { return number.get(); });
        thread.join();
        CHECK(same == 1000);
        CHECK(apart_at_first);
        CHECK(word_there == "here");
        CHECK(copy.get(number) == 1 + 999 * 1000 / 2);
    });
}

TEST_CASE("context: a loop's callbacks run with the values of who asked for them") {
    std::vector<int> seen;
    virtual_run([&] {
        const fibers::Loop loop = fibers::get_running_loop();
        number.set(1);
        loop.call_soon([&] { seen.push_back(number.get() * 10 + 1), number.set(9); });
        loop.call_later(1s, [&] { seen.push_back(number.get() * 10 + 2); });
        number.set(2);
        loop.call_soon_threadsafe([&] { seen.push_back(number.get() * 10 + 3); });
        fibers::sleep(2s);
        CHECK(number.get() == 2);
    });
    CHECK(seen == std::vector<int>{11, 23, 12});
}
