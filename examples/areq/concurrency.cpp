// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "concurrency.hpp"

#include <csignal>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

namespace areq {

namespace {

using Visit = std::function<void(const std::string&)>;

// What Ctrl-C means to a sequential run. poll() in libcurl returns when the signal comes (no SA_RESTART), and
// its progress callback then sees the flag. A second Ctrl-C ends the program as usual.
volatile std::sig_atomic_t interrupted = 0;

extern "C" void on_interrupt(int) {
    interrupted = 1;
}

void catch_interrupt() {
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

// The port to fibers: with its calls patched, the program is as it was.
void run_in_loop(const std::function<void()>& program) {
    netpatch::patch_all();
    fibers::run([&] { program(); });
}

void visit_one_by_one(const std::vector<std::string>& urls, const Visit& visit) {
    for (const auto& url : urls) {
        stop_if_interrupted();
        visit(url);
    }
}

void visit_side_by_side(const std::vector<std::string>& urls, const Visit& visit) {
    std::vector<std::function<void()>> visits;
    for (const auto& url : urls) visits.emplace_back([&] { visit(url); });
    fibers::gather(visits).get();
}

}  // namespace

bool run_program(bool sequential, const std::function<void()>& program) try {
    if (!sequential) {
        run_in_loop(program);
    } else {
        catch_interrupt();
        program();
    }
    return true;
} catch (const Interrupted&) {
    return false;
} catch (const fibers::KeyboardInterrupt&) {
    return false;
}

void visit_all(const std::vector<std::string>& urls, bool sequential, const Visit& visit) {
    sequential ? visit_one_by_one(urls, visit) : visit_side_by_side(urls, visit);
}

void stop_if_interrupted() {
    if (was_interrupted()) throw Interrupted();
    fibers::deliver_answered_cancellation();
}

bool was_interrupted() noexcept {
    return interrupted != 0;
}

}  // namespace areq
