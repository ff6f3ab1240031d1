// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What programs print and how they end when something goes wrong.
#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "fibers/kernel/sanitizer.hpp"
#include "tests/support/program.hpp"

using Catch::Contains;
using test::run_program;

TEST_CASE(
    "program: an exception that nobody read is printed with the task's name and place, the program goes on") {
    const auto result = run_program("unread_exception");
    CHECK_THAT(result.output,
               Catch::StartsWith("Task exception was never retrieved: <Task finished name='forgotten'"));
    CHECK_THAT(result.output,
               Contains("unread_exception.cpp:10") && Contains("std::runtime_error('nobody looks')"));
    CHECK(result.exit_code == 0);
}

TEST_CASE("program: a deadlock ends with a list of who waits for what, and where each was created") {
    const auto result = run_program("deadlock");
    CHECK_THAT(result.output, Catch::StartsWith("deadlock: every fiber waits and nothing can wake one\n"));
    CHECK_THAT(result.output, Contains("\n  main waits for the end of left (created at "));
    CHECK_THAT(result.output, Contains("\n  left waits for a Lock (created at "));
    CHECK_THAT(result.output, Contains("\n  right waits for a Lock (created at "));
    CHECK_THAT(result.output, Contains("deadlock.cpp:25"));
    CHECK(result.exit_code == 3);
}

TEST_CASE("program: one Ctrl-C cancels main, the others are cancelled, run() throws KeyboardInterrupt") {
    const auto result = run_program("interrupt", "INTERRUPTS=1");
    CHECK(result.output == "main cleans up\nthe other task cleans up\ninterrupted\n");
    CHECK(result.exit_code == 130);
}

TEST_CASE("program: an uncaught KeyboardInterrupt ends the program as Ctrl-C does") {
    const auto result = run_program("interrupt", "INTERRUPTS=1 UNCAUGHT=1");
    CHECK(result.output == "main cleans up\nthe other task cleans up\n");
    CHECK(result.signal == SIGINT);
}

TEST_CASE("program: the second Ctrl-C ends it at once") {
    const auto result = run_program("interrupt", "INTERRUPTS=2");
    CHECK(result.output.empty());
    CHECK(result.signal == SIGINT);
}

TEST_CASE("program: a program that handles SIGINT itself keeps doing so") {
    const auto result = run_program("interrupt", "INTERRUPTS=1 INTERRUPT_HANDLER=1");
    CHECK(result.output == "the program's own handler\nmain slept through\nthe other task cleans up\n");
    CHECK(result.exit_code == 0);
}

TEST_CASE("program: a cancellation that hits a destructor names the task and advises shielded()") {
    const auto result = run_program("cancel_in_noexcept");
    CHECK_THAT(result.output, Contains("<Task cancelling name='unshielded' created at ") &&
                                  Contains("cancel_in_noexcept.cpp:20") && Contains("fibers::shielded("));
    CHECK(result.signal == SIGABRT);
}

TEST_CASE("program: a fiber that overflows its stack is named, with the size and where it was created") {
    const auto result = run_program("overflow", "ASAN_OPTIONS=handle_segv=0 TSAN_OPTIONS=handle_segv=0");
    CHECK_THAT(result.output, Contains("deep") && Contains("overflow.cpp:21"));
    CHECK(result.signal == SIGABRT);
}

TEST_CASE("program: a generator that overflows its stack is told so, with the size") {
    const std::string where = GENERATE("", " IN_RUN=1");
    const auto result =
        run_program("overflow_generator", "ASAN_OPTIONS=handle_segv=0 TSAN_OPTIONS=handle_segv=0" + where);
    CHECK_THAT(result.output, Contains("stack overflow in a Fiber or generator"));
    CHECK(result.signal == SIGABRT);
}

TEST_CASE("program: calls from a library's constructor, before our own ran, are libc's") {
    const auto result = run_program("early_constructor");
    CHECK(result.output == "good\n");
    CHECK(result.exit_code == 0);
}

TEST_CASE("program: a child forked while other threads look names up can do so, too") {
    // The sanitizers' own malloc does not outlive such a fork.
    if (fibers::kernel::sanitizer::tsan || fibers::kernel::sanitizer::asan) return;
    CHECK(run_program("fork_lookups").output == "children that hung: 0\n");
}

TEST_CASE("program: with netpatch linked and patch_all() not called, nothing changes") {
    CHECK(run_program("unpatched").output == "good\n");
}
