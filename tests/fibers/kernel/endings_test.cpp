// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <string>

#include "fibers/kernel/sanitizer.hpp"
#include "tests/support/program.hpp"

using test::run_program;

TEST_CASE(
    "pthread_exit and pthread_cancel inside a fiber end the thread, and the frames above are left in order") {
    const std::string how = GENERATE("end_by_pthread_exit", "end_by_pthread_cancel");
    // TSan's own pthread_exit() insists on being called on the thread's own stack.
    if (fibers::kernel::sanitizer::tsan && how == "end_by_pthread_exit") return;
    const auto result = run_program(how);
    CHECK(result.output ==
          "the fiber's frames were left in order\n"
          "the thread ended, the process goes on\n");
    CHECK(result.exit_code == 0);
}

TEST_CASE("exit() inside a fiber ends the process with its code, and atexit's functions run") {
    const auto result = run_program("end_by_exit");
    CHECK(result.output == "the process ended in order\n");
    CHECK(result.exit_code == 7);
}

TEST_CASE("fork: a child runs none of its parent's fibers and leaves the parent's descriptors alone") {
    // TSan takes the contexts of a forked child for threads that run beside it; what the child does still
    // counts.
    const auto result = run_program("fork", "TSAN_OPTIONS=report_bugs=0");
    INFO(result.output);
    CHECK(result.output.find("a parent's fiber ran in the child") == std::string::npos);
    CHECK(result.output.find("a child that returns from its fiber: 0\n") != std::string::npos);
    CHECK(result.output.find("a child with a loop of its own: 10\n") != std::string::npos);
    CHECK(result.output.find("the parent still hears of its descriptors: 1\n") != std::string::npos);
    CHECK(result.output.find("run() returned in the child: 5\n") != std::string::npos);
    CHECK(result.output.find("done\n") != std::string::npos);
    CHECK(result.exit_code == 0);
}

TEST_CASE("errno and C++ exception state are each fiber's own, in 100 fibers at once") {
    const auto result = run_program("state");
    CHECK(result.output == "state kept\n");
    CHECK(result.exit_code == 0);
}
