// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/exception_group.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/error.hpp"
#include "fibers/task/exception_info.hpp"

using fibers::ExceptionGroup;

namespace {

template <class E>
std::exception_ptr error(const std::string& what) {
    return std::make_exception_ptr(E(what));
}

std::exception_ptr group(const std::string& message, std::vector<std::exception_ptr> exceptions) {
    return std::make_exception_ptr(ExceptionGroup(message, std::move(exceptions)));
}

// "outer[a inner[b]]", the whole tree by its words; "-" for none.
std::string tree(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const ExceptionGroup& inner) {
        std::string text = inner.message() + "[";
        for (const auto& each : inner.exceptions()) text += (text.back() == '[' ? "" : " ") + tree(each);
        return text + "]";
    } catch (const std::exception& e) {
        return e.what();
    } catch (const fibers::CancelledError& e) {
        return "cancelled " + e.message();
    } catch (int number) {
        return std::to_string(number);
    }
}
std::string tree(const std::optional<ExceptionGroup>& it) {
    return it ? tree(std::make_exception_ptr(*it)) : "-";
}

ExceptionGroup example() {
    return {"outer",
            {error<std::invalid_argument>("a1"), error<std::out_of_range>("r1"),
             group("inner", {error<std::runtime_error>("e1"), error<std::invalid_argument>("a2"),
                             group("deep", {error<std::out_of_range>("r2"), std::make_exception_ptr(7)})}),
             std::make_exception_ptr(fibers::CancelledError("c"))}};
}

}  // namespace

TEST_CASE("exception group: split keeps the tree, the messages and the order in both parts") {
    const auto [matching, rest] = example().split<std::invalid_argument>();
    CHECK(tree(matching) == "outer[a1 inner[a2]]");
    CHECK(tree(rest) == "outer[r1 inner[e1 deep[r2 7]] cancelled c]");
    CHECK_THAT(matching->what(),
               Catch::StartsWith("outer (2 sub-exceptions)\n  std::invalid_argument('a1')"));
}

TEST_CASE("exception group: split takes several types, base classes, and what is no std::exception") {
    const ExceptionGroup flat("g", {error<std::invalid_argument>("a"), error<std::runtime_error>("e"),
                                    error<std::out_of_range>("r"), std::make_exception_ptr(3)});
    CHECK(tree(flat.subgroup<std::invalid_argument, std::out_of_range>()) == "g[a r]");
    CHECK(tree(flat.split<std::logic_error>().rest) == "g[e 3]");
    CHECK(tree(flat.subgroup<int>()) == "g[3]");
    CHECK(tree(example().subgroup<fibers::CancelledError>()) == "outer[cancelled c]");
    CHECK(tree(example().subgroup<int>()) == "outer[inner[deep[7]]]");
}

TEST_CASE("exception group: what is all of it or none of it leaves the other part empty") {
    const ExceptionGroup only("g", {error<std::runtime_error>("e")});
    const auto all = only.split<std::runtime_error>();
    CHECK(tree(all.matching) == "g[e]");
    CHECK_FALSE(all.rest);
    const auto none = only.split<std::bad_alloc>();
    CHECK_FALSE(none.matching);
    CHECK(tree(none.rest) == "g[e]");
    CHECK_FALSE(only.subgroup<std::bad_alloc>());
}

TEST_CASE("exception group: a group that is itself what is looked for goes whole") {
    const auto whole = example().split<std::exception>();
    CHECK(tree(whole.matching) == tree(example()));
    CHECK_FALSE(whole.rest);
    CHECK(example().split<ExceptionGroup>().rest == std::nullopt);
}

TEST_CASE("exception group: a condition is asked of the group, then of what is in it, not within what fits") {
    std::vector<std::string> asked;
    const auto parts = example().split([&](const std::exception_ptr& each) {
        asked.push_back(tree(each));
        return asked.back().starts_with("deep") || asked.back() == "r1";
    });
    CHECK(tree(parts.matching) == "outer[r1 inner[deep[r2 7]]]");
    CHECK(tree(parts.rest) == "outer[a1 inner[e1 a2] cancelled c]");
    CHECK(asked.size() == 8);
    CHECK(asked.front() == tree(example()));
    CHECK(tree(example().subgroup([](const auto& each) { return tree(each) == "e1"; })) ==
          "outer[inner[e1]]");
}

TEST_CASE("exception group: the parts hold the very exceptions, and can be thrown on") {
    const auto one = error<std::runtime_error>("one");
    const ExceptionGroup both("g", {one, error<std::logic_error>("two")});
    const auto [matching, rest] = both.split<std::runtime_error>();
    CHECK(matching->exceptions() == std::vector{one});
    CHECK_THROWS_AS(throw *rest, ExceptionGroup);
}

TEST_CASE("exception group: derive() makes one of other exceptions with the same message") {
    const ExceptionGroup derived = example().derive({error<std::runtime_error>("only")});
    CHECK(tree(std::make_exception_ptr(derived)) == "outer[only]");
    CHECK(std::string(derived.what()) == "outer (1 sub-exception)\n  std::runtime_error('only')");
    CHECK_THROWS_AS(derived.derive({}), std::invalid_argument);
}
