// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/generator.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/sleep.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::generator;

namespace {

generator<int> count_to(int last) {
    return [last](auto yield) {
        for (int i = 1; i <= last; ++i) yield(i);
    };
}

struct Tree {
    int value;
    std::vector<Tree> children;
};

generator<const int&> values(const Tree& tree) {
    return [&tree](auto yield) {
        yield(tree.value);
        for (const Tree& child : tree.children) {
            for (const int& value : values(child)) yield(value);
        }
    };
}

template <class Range>
std::vector<int> all_of(Range&& range) {
    std::vector<int> all;
    for (const int item : range) all.push_back(item);
    return all;
}

struct Flag {
    bool& raised;
    ~Flag() { raised = true; }
};

static_assert(std::input_iterator<generator<int>::Iterator>);
static_assert(std::input_iterator<generator<std::unique_ptr<int>>::Iterator>);
static_assert(std::ranges::input_range<generator<const int&>>);
static_assert(std::ranges::view<generator<int>>);
static_assert(std::is_same_v<std::ranges::range_reference_t<generator<std::string&>>, std::string&>);

}  // namespace

TEST_CASE("generator: range-for gets what the body yields, in order, without a loop as in one") {
    CHECK(all_of(count_to(3)) == std::vector{1, 2, 3});
    CHECK(all_of(count_to(0)).empty());
    test::virtual_run([] { CHECK(all_of(count_to(3)) == std::vector{1, 2, 3}); });
}

TEST_CASE("generator: the body runs only as far as the next item that is asked for") {
    int made = 0;
    generator<int> numbers([&](auto yield) {
        for (;;) yield(++made);
    });
    CHECK(made == 0);
    for (const int number : numbers) {
        CHECK(made == number);
        if (number == 3) break;
    }
    CHECK(made == 3);
    for (const int number : numbers) {  // goes on behind the last
        CHECK(number == 4);
        break;
    }
}

TEST_CASE("generator: its body may wait, others run meanwhile") {
    std::vector<std::string> log;
    test::virtual_run([&] {
        fibers::gather(
            [&] {
                generator<int> slow([](auto yield) {
                    for (int i = 0; i < 3; ++i) {
                        fibers::sleep(2s);
                        yield(i);
                    }
                });
                for (const int i : slow) log.push_back("item " + std::to_string(i));
            },
            [&] {
                fibers::sleep(1s);
                for (int i = 0; i < 3; ++i) {
                    log.push_back("other " + std::to_string(i));
                    fibers::sleep(2s);
                }
            })
            .get();
    });
    CHECK(log == std::vector<std::string>{"other 0", "item 0", "other 1", "item 1", "other 2", "item 2"});
}

TEST_CASE("generator: a body that does not wait lets nobody run between items") {
    bool other_ran = false;
    test::virtual_run([&] {
        auto other = fibers::create_task([&] { other_ran = true; });
        CHECK(all_of(count_to(1000)).size() == 1000);
        CHECK_FALSE(other_ran);
        other.get();
    });
}

TEST_CASE(
    "generator: a move-only item can be moved out, an lvalue is copied, a reference is the body's own") {
    generator<std::unique_ptr<int>> owners([](auto yield) {
        for (int i = 0; i < 3; ++i) yield(std::make_unique<int>(i));
    });
    std::vector<std::unique_ptr<int>> got;
    for (std::unique_ptr<int> owner : owners) got.push_back(std::move(owner));
    CHECK(got.size() == 3);
    CHECK(*got[2] == 2);

    std::string mine(100, 'x');
    generator<std::string> copies([&](auto yield) {
        yield(mine);
        yield("literal");
    });
    std::vector<std::string> taken;
    for (std::string&& text : copies) taken.push_back(std::move(text));
    CHECK(mine == std::string(100, 'x'));
    CHECK(taken == std::vector<std::string>{mine, "literal"});

    generator<std::string&> references([&](auto yield) { yield(mine); });
    for (std::string& text : references) text = "changed";
    CHECK(mine == "changed");
}

TEST_CASE("generator: generators may go through generators, as deep as a tree is") {
    const Tree tree{1, {{2, {{3, {}}, {4, {}}}}, {5, {{6, {{7, {}}}}}}, {8, {}}}};
    CHECK(all_of(values(tree)) == std::vector{1, 2, 3, 4, 5, 6, 7, 8});
    const std::function<generator<int>(int)> down = [&](int depth) -> generator<int> {
        return [&down, depth](auto yield) {
            yield(depth);
            if (depth == 0) return;
            for (const int item : down(depth - 1)) yield(item);
        };
    };
    CHECK(all_of(down(50)).size() == 51);
}

TEST_CASE("generator: what the body throws comes out of ++ or begin(), and that is its end") {
    generator<int> numbers([](auto yield) {
        yield(1);
        throw std::runtime_error("no more");
    });
    auto it = numbers.begin();
    CHECK(*it == 1);
    CHECK_THROWS_WITH(++it, "no more");
    CHECK(it == numbers.end());
    CHECK(numbers.begin() == numbers.end());
    generator<int> broken([](auto) { throw std::runtime_error("at once"); });
    CHECK_THROWS_WITH(broken.begin(), "at once");
}

TEST_CASE("generator: leaving it early unwinds its body, which may wait in doing so") {
    bool unwound = false;
    bool waited = false;
    test::virtual_run([&] {
        for (const int number : generator<int>([&](auto yield) {
                 const Flag flag{unwound};
                 try {
                     for (int i = 0;; ++i) yield(i);
                 } catch (const fibers::FiberExit&) {
                     fibers::sleep(1s);
                     waited = true;
                     throw;
                 }
             })) {
            if (number == 2) break;
            CHECK_FALSE(unwound);
        }
        CHECK(waited);
        CHECK(unwound);
    });
    unwound = false;
    CHECK_THROWS_WITH(
        [&] {
            for ([[maybe_unused]] const int number : generator<int>([&](auto yield) {
                     const Flag flag{unwound};
                     yield(1);
                 })) {
                throw std::runtime_error("of the loop");
            }
        }(),
        "of the loop");
    CHECK(unwound);
}

TEST_CASE("generator: a time limit of who goes through it ends the wait in its body") {
    bool unwound = false;
    test::virtual_run([&] {
        generator<int> slow([&](auto yield) {
            const Flag flag{unwound};
            for (int i = 0;; ++i) {
                fibers::sleep(1s);
                yield(i);
            }
        });
        std::vector<int> got;
        CHECK_THROWS_AS(fibers::timeout(3500ms,
                                        [&] {
                                            for (const int i : slow) got.push_back(i);
                                        }),
                        fibers::TimeoutError);
        CHECK(got == std::vector{0, 1, 2});
        CHECK(unwound);
        CHECK(slow.begin() == slow.end());
    });
}

TEST_CASE("generator: it can be moved while it is gone through, and an empty one has no items") {
    generator<int> numbers = count_to(4);
    auto it = numbers.begin();
    generator<int> moved = std::move(numbers);
    CHECK(*it == 1);
    ++it;
    CHECK(*it == 2);
    CHECK(all_of(moved) == std::vector{3, 4});
    CHECK(all_of(numbers).empty());
}

TEST_CASE("generator: two tasks cannot be in its body at once, and nobody else can yield for it") {
    test::virtual_run([] {
        generator<int> slow([](auto yield) {
            fibers::sleep(1s);
            yield(1);
        });
        auto first = fibers::create_task([&] { CHECK(all_of(slow) == std::vector{1}); });
        fibers::yield();
        CHECK_THROWS_WITH(slow.begin(), "this Fiber is running already");
        first.get();
        generator<int> delegating([](auto yield) {
            fibers::gather([&] { CHECK_THROWS_AS(yield(7), fibers::RuntimeError); }).get();
            yield(8);
        });
        CHECK(all_of(delegating) == std::vector{8});
    });
}

TEST_CASE("generator: a body that waits outside of run() is told so") {
    generator<int> numbers([](auto yield) {
        yield(1);
        fibers::sleep(1s);
    });
    auto it = numbers.begin();
    CHECK_THROWS_AS(++it, fibers::RuntimeError);
}
