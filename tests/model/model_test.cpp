// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Random trees of what asyncio's users nest, run by the library and by a model of asyncio's rules. What
// happens in them, when and in which order must be the same, line by line.
//
// FIBERS_MODEL_SEED=<seed> repeats a run (the seed of a tree is that of the run plus its number),
// FIBERS_MODEL_TREES says how many trees there are.
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "fibers/kernel/sanitizer.hpp"
#include "tests/model/generator.hpp"
#include "tests/model/library.hpp"
#include "tests/model/machine.hpp"
#include "tests/model/shrink.hpp"
#include "tests/support/own_file.hpp"

namespace {

std::optional<std::uint64_t> number_in_environment(const char* name) {
    const char* const text = std::getenv(name);
    if (!text) return std::nullopt;
    return std::strtoull(text, nullptr, 10);
}

std::uint64_t first_seed() {
    if (const auto given = number_in_environment("FIBERS_MODEL_SEED")) return *given;
    std::random_device random;
    return (static_cast<std::uint64_t>(random()) << 20) + random() % 1024;
}

std::uint64_t tree_count(std::uint64_t usual) {
    if constexpr (fibers::kernel::sanitizer::tsan || fibers::kernel::sanitizer::asan) usual /= 10;
    return number_in_environment("FIBERS_MODEL_TREES").value_or(usual);
}

std::string text_of(const model::Trace& trace, const model::Trace& other) {
    std::string text;
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const bool same = i < other.size() && other[i] == trace[i];
        text += (same ? "    " : "  ! ") + trace[i] + "\n";
    }
    return text;
}

// What waitpid() says of it, and what it printed.
std::pair<int, std::string> run_python(const std::string& script, const std::string& argument) {
    FILE* const pipe = ::popen(("python3 -B '" + script + "' '" + argument + "' 2>&1").c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
    return {::pclose(pipe), output};
}

bool differs(const model::Program& program) {
    return model::run_by_library(program) != model::run_by_rules(program, model::Dialect::ours);
}

std::string report(const model::Program& program) {
    const model::Trace library = model::run_by_library(program);
    const model::Trace rules = model::run_by_rules(program, model::Dialect::ours);
    return model::outline(program) + "by the rules:\n" + text_of(rules, library) + "by the library:\n" +
           text_of(library, rules);
}

}  // namespace

TEST_CASE(
    "model: random trees of timeout, group, shield, gather, wait_for, locks and cancels go as the rules "
    "say") {
    const std::uint64_t seed = first_seed();
    const std::uint64_t trees = tree_count(20000);
    for (std::uint64_t i = 0; i < trees; ++i) {
        INFO("Again: FIBERS_MODEL_SEED=" << seed + i << " FIBERS_MODEL_TREES=1");
        const model::Program program = model::generate(seed + i, model::Dialect::ours);
        if (!differs(program)) continue;
        const model::Program small = model::shrink(program, differs);
        FAIL("tree " << i << " differs. The least that does:\n" << report(small));
    }
    SUCCEED();
}

TEST_CASE("model: asyncio itself makes of random trees what the rules say") {
    const std::uint64_t seed = first_seed();
    const std::uint64_t trees = tree_count(2000);
    std::string lines;
    for (std::uint64_t i = 0; i < trees; ++i) {
        const model::Program program = model::generate(seed + i, model::Dialect::asyncio);
        lines += "[" + model::to_json(program) + "," +
                 model::to_json(model::run_by_rules(program, model::Dialect::asyncio)) + "]\n";
    }
    const test::OwnFile file(lines);
    const auto [status, output] = run_python(FIBERS_SOURCE_DIR "/tests/model/asyncio_trees.py", file.path());
    INFO("Again: FIBERS_MODEL_SEED=" << seed << "\n" << output);
    CHECK(status == 0);
}
